import { jailRefusal } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import type { SettableProperty } from '@/lib/contract/jail-verbs.ts'
import { formatJailAddresses, parseJailAddresses } from '@/lib/addresses.ts'
import { jailPropertyProblem } from '@/lib/jail-properties.ts'
import { addressesInUse, addressProblems } from './address-checks.ts'
import { configFlag, configText } from './config-values.ts'
import type { FoldedJail } from './fold-jail.ts'
import { failureText } from './failure-text.ts'
import { setArgv } from './iocage-argv.ts'
import {
  came,
  failed,
  folderLocks,
  iocageProblems,
  jailLocks,
  jailToChange,
  LIMIT_MS,
  type Planned,
  type PlanTools,
  type SeenJail,
  seenProblem,
  step,
  stillAllows,
} from './plan-tools.ts'

/** The value as iocage is given it: addresses in one form, booleans as `on` and `off`. */
function valueForIocage(property: SettableProperty, value: string): string {
  if (property === 'ip4_addr') return formatJailAddresses(parseJailAddresses(value))
  if (property === 'boot') return ['on', 'yes', 'true', '1'].includes(value.trim().toLowerCase()) ? 'on' : 'off'
  // iocage refuses a property without a value (contract, set); none is its word for nothing.
  if (property === 'notes' && value.trim() === '') return 'none'
  return value
}

/** Whether a jail's file says what was asked for. */
export function propertyHolds(folded: FoldedJail | undefined, property: string, value: string): boolean {
  if (folded === undefined) return false
  const values = { ...folded.defaults, ...folded.own }
  if (property === 'boot' || property === 'vnet') return configFlag(values, property) === (value === 'on')
  const stored = configText(values, property) ?? ''
  if (property !== 'ip4_addr') return stored === value
  const canonical = (text: string) => formatJailAddresses(parseJailAddresses(text))
  return canonical(stored) === canonical(value)
}

/** One property of one jail. */
export async function planSet(
  tools: PlanTools,
  { property, value, ...seen }: SeenJail & { property: SettableProperty; value: string },
): Promise<Planned> {
  const { id } = seen
  const { jail, exact } = jailToChange(tools, id)
  const wanted = valueForIocage(property, value)
  const check = async () => {
    const now = tools.world.find(id) ?? jail
    const refusal = jailRefusal('configure', now) ?? seenProblem(now, seen)
    const wrong = jailPropertyProblem(property, value)
    return [
      ...(refusal === undefined ? [] : [refusal]),
      ...iocageProblems(tools),
      ...(wrong === undefined ? (property === 'ip4_addr' ? await ip4Problems(tools, id, wanted) : []) : [wrong]),
    ]
  }
  const title = `Set ${property}=${wanted} on ${jail.tag}`
  return {
    plan: {
      kind: 'jail.set',
      title: title.length > 120 ? `Set ${property} on ${jail.tag}` : title,
      jailId: id,
      target: jail.tag,
      locks: jailLocks(jail),
      sharedLocks: folderLocks(exact.dialect),
      steps: setArgv([[property, wanted]], exact).map((argv) => step(argv, LIMIT_MS.set)),
      cancellable: false,
      async precheck() {
        await stillAllows(tools, id, 'configure', seen.guid ?? jail.guid)
        const [problem] = await check()
        if (problem !== undefined) throw new PanelError('conflict', problem)
      },
      async verify(run) {
        if (!(await came(tools, () => propertyHolds(tools.state.find(id), property, wanted), run)))
          return failureText(
            run.output,
            run.exitCode,
            failed(`${property} of ${jail.tag} was not changed.`, 'The output has what iocage said.'),
          )
        if (run.exitCode === 0) return undefined
        // iocage writes the file first; what a running jail then does not take counts from the next start (trap 11).
        return failed(
          `${property} is stored, but the running jail did not take it.`,
          `Restart ${jail.tag} to bring it into force.`,
        )
      },
    },
    problems: await check(),
    effects:
      property === 'ip4_addr' && jail.state === 'up'
        ? [`${jail.tag} is up: restart it to move it to this address.`]
        : [],
  }
}

async function ip4Problems({ world, state }: PlanTools, id: string, wanted: string): Promise<string[]> {
  const addresses = parseJailAddresses(wanted)
  const jail = world.find(id)
  if (addresses.length === 0)
    return state.dialect() === 'uuid-tag'
      ? ['This iocage cannot take an address away: it asks for an interface and an address. Give another one instead.']
      : []
  const interfaces = await world.interfaces()
  return addressProblems(addresses, jail?.vnet ?? false, interfaces, addressesInUse(interfaces, world.jails(), id))
}
