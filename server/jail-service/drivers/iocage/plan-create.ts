import type { CreateJails, NewJail } from '@/lib/contract/jail-verbs.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import { JailName, takenNameProblem } from '@/lib/jail-name.ts'
import { jailPropertyProblem } from '@/lib/jail-properties.ts'
import type { JobPlan } from '../../jobs/job-plan.ts'
import { addressesInUse, addressProblems } from './address-checks.ts'
import { failureText } from './failure-text.ts'
import { createArgv, destroyArgv, newJailProperties, setArgv, stateArgv } from './iocage-argv.ts'
import { propertyHolds } from './plan-set.ts'
import {
  came,
  failed,
  folderLocks,
  iocageProblems,
  LIMIT_MS,
  type Planned,
  type PlanTools,
  step,
} from './plan-tools.ts'

/** Plans of new jails, one each, checked against the host and against each other. */
export async function planCreate(tools: PlanTools, { jails, start }: CreateJails): Promise<Planned[]> {
  const { world } = tools
  const interfaces = jails.some(({ ip4 }) => ip4.length > 0) ? await world.interfaces() : []
  const inUse = addressesInUse(interfaces, world.jails())
  const planned: Planned[] = []
  for (const [n, jail] of jails.entries()) {
    const others = jails.filter((_, m) => m !== n).map(({ tag }) => tag)
    const problems = [
      ...iocageProblems(tools),
      ...nameProblems(tools, jail.tag, others),
      ...sourceProblems(tools, jail),
      ...addressProblems(jail.ip4, jail.vnet, interfaces, inUse),
      ...valueProblems(tools, jail),
    ]
    for (const { address } of jail.ip4) if (address !== 'DHCP') inUse.set(address, jail.tag)
    planned.push({ plan: planOne(tools, jail, start), problems, effects: effectsOf(tools, jail) })
  }
  return planned
}

function nameProblems({ state, world }: PlanTools, tag: string, others: readonly string[]): string[] {
  const name = JailName.safeParse(tag)
  if (!name.success) return name.error.issues.map(({ message }) => message)
  const here = world.jails().filter(({ driver }) => driver !== null)
  // The older dialect takes the beginning of a UUID for the jail.
  const uuids = state.dialect() === 'uuid-tag' ? here.flatMap(({ uuid }) => uuid ?? []) : []
  const problem = takenNameProblem(tag, { tags: [...here.map((jail) => jail.tag), ...others], uuids })
  return problem === undefined ? [] : [problem]
}

function sourceProblems({ state, world }: PlanTools, { source }: NewJail): string[] {
  if (state.pool() === undefined) return ['No pool is active yet: activate one under Host first.']
  switch (source.kind) {
    case 'empty':
      return []
    case 'release':
      return world.releases().some(({ name, fetched }) => fetched && name === source.name)
        ? []
        : [`${source.name} is not fetched on this host. Fetch it under Releases first.`]
    case 'template': {
      const template = templateNamed(world.jails(), source.name)
      if (template === undefined) return [`There is no template ${source.name}.`]
      return template.state === 'unreadable' ? [`The configuration of template ${source.name} cannot be read.`] : []
    }
    case 'jail':
      return ['A jail is made from a release, from a template or empty. Make a template of that jail first.']
  }
}

const templateNamed = (jails: readonly Jail[], tag: string): Jail | undefined =>
  jails.find((jail) => jail.kind === 'template' && jail.tag === tag)

function valueProblems(tools: PlanTools, jail: NewJail): string[] {
  const values = newJailProperties(jail).flatMap(([name, value]) =>
    name === 'ip4_addr' ? [] : (jailPropertyProblem(name, value) ?? []),
  )
  const vnet = jail.vnet ? tools.state.capabilities().canVnet : null
  return vnet === null ? values : [...values, vnet]
}

/** What iocage does not copy from a template, said before and not found out afterwards (contract, trap 13). */
function effectsOf({ world }: PlanTools, { source, tag }: NewJail): string[] {
  const template = source.kind === 'template' ? templateNamed(world.jails(), source.name) : undefined
  return template === undefined ? [] : [`${tag} gets the files of ${template.tag}, not its properties.`]
}

function planOne(tools: PlanTools, jail: NewJail, start: boolean): JobPlan {
  const { state, world } = tools
  const dialect = state.dialect()
  const properties = newJailProperties(jail)
  const exact = { word: jail.tag, dialect }
  const template = jail.source.kind === 'template' ? templateNamed(world.jails(), jail.source.name) : undefined
  const before = new Set<string>()
  /** The jail that this job made: in the older dialect the output names its UUID. */
  let madeUuid: string | undefined
  /** Nothing of this name was there when the first command ran. */
  let hasBegun = false
  const made = () => {
    const folded = state
      .all()
      .find(({ jail: { id, tag }, exactName }) =>
        madeUuid === undefined ? tag === jail.tag && !before.has(id) : exactName === madeUuid,
      )
    return folded === undefined ? undefined : { folded, row: world.find(folded.jail.id) }
  }
  const isWhole = () => {
    const found = made()
    return (
      found?.folded.jail.tag === jail.tag &&
      found.folded.jail.state !== 'unreadable' &&
      properties.every(([name, value]) => propertyHolds(found.folded, name, value))
    )
  }
  const isUp = () => made()?.row?.state === 'up'
  const from = jail.source.kind === 'empty' ? 'empty' : `from ${jail.source.name}`
  return {
    kind: 'jail.create',
    title: `Create ${jail.tag} ${from}${start ? ' and start it' : ''}`,
    jailId: null,
    target: jail.tag,
    // A template must stay one until its copy is made; a release is only read.
    locks: [`tag:${jail.tag}`, ...(template === undefined ? [] : [template.id]), ...folderLocks(dialect)],
    steps: [
      step(createArgv(jail, dialect), LIMIT_MS.create),
      ...setArgv(properties, exact).map((argv) => step(argv, LIMIT_MS.set)),
      ...(start ? [step(stateArgv('start', exact), LIMIT_MS.state)] : []),
    ],
    cancellable: false, // ended in the middle it leaves folders and snapshots that block the name (contract, trap 8)
    async precheck() {
      await world.look()
      const [problem] = [...nameProblems(tools, jail.tag, []), ...sourceProblems(tools, jail)]
      if (problem !== undefined) throw new PanelError('conflict', problem)
      for (const { jail: known } of state.all()) before.add(known.id)
      hasBegun = true
    },
    async verify(run) {
      madeUuid = new RegExp(`^(\\S+) \\(${jail.tag}\\) successfully created!$`, 'm').exec(run.output)?.[1]
      const done = () => isWhole() && (!start || isUp())
      if (await came(tools, done, run)) return undefined
      if (!isWhole())
        return failureText(
          run.output,
          run.exitCode,
          failed(
            `${jail.tag} was not made.`,
            'The output has what iocage said. If something of it is left, the table marks it in a moment: destroy it there.',
          ),
        )
      const why = failureText(
        run.output,
        run.exitCode,
        failed('It did not come up.', 'The output has what iocage said.'),
      )
      return failed(`${jail.tag} was made, but did not start. ${why.message}`, why.hint)
    },
    madeJailId: () => (hasBegun ? made()?.row?.id : undefined),
    async cleanUp() {
      await world.look()
      const found = made()
      // What is whole stays, also when it does not start: the failure says why.
      if (found === undefined || isWhole()) return []
      return [step(destroyArgv({ word: found.folded.exactName, dialect: found.folded.dialect }), LIMIT_MS.destroy)]
    },
  }
}
