import { jailRefusal } from '@/lib/capabilities.ts'
import { PanelError } from '@/lib/errors.ts'
import type { Dataset } from '@/lib/host.ts'
import { formatBytes } from '@/lib/sizes.ts'
import type { Argv } from '@/lib/job.ts'
import { failureText } from './failure-text.ts'
import { destroyArgv } from './iocage-argv.ts'
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
import { pathOf } from './fold-jail.ts'

/**
 * The end of a jail or template, and of everything in it. The older iocage does nothing at all while a configuration is
 * missing or damaged, not even destroy that jail: what it left half-made is removed by zfs.
 */
export async function planDestroy(
  tools: PlanTools,
  { confirm, ...seen }: SeenJail & { confirm: string },
): Promise<Planned> {
  const { id } = seen
  const { jail, folded, exact } = jailToChange(tools, id)
  const { world, state } = tools
  const own = `${state.pool()}/iocage/${pathOf(folded.folder)}`
  const within = (dataset: string) => dataset === own || dataset.startsWith(`${own}/`)

  /** iocage destroys with -f whatever was cloned from this jail: that must never happen by the way. */
  function dependents(datasets: readonly Dataset[]): string[] {
    return datasets
      .filter(({ name, origin }) => origin !== null && within(origin.replace(/@.*$/, '')) && !within(name))
      .map(({ name }) => {
        const holder = state.all().find(({ folder }) => name.startsWith(`${state.pool()}/iocage/${pathOf(folder)}/`))
        return holder?.jail.tag ?? name
      })
  }
  const inTheWay = (names: readonly string[]) =>
    names.length === 0
      ? []
      : [
          `${jail.tag} is the source of ${[...new Set(names)].join(', ')}: destroying it would take them along. Destroy those first.`,
        ]

  const datasets = await world.datasets()
  const byZfs = state.dialect() === 'uuid-tag' && folded.stopsIocage
  const refusal =
    byZfs && jail.jid !== null
      ? `${jail.tag} still runs, and this iocage cannot stop it: end it in a terminal with jail -r ${jail.jid} first.`
      : (jailRefusal('destroy', jail) ?? seenProblem(jail, seen))
  const argvs = byZfs ? zfsDestroyArgv(own, folded.folder.name, datasets) : [destroyArgv(exact)]
  return {
    plan: {
      kind: 'jail.destroy',
      title: `Destroy ${jail.tag}`,
      jailId: id,
      target: jail.tag,
      locks: [...jailLocks(jail), ...folderLocks(state.dialect())],
      steps: argvs.map((argv) => step(argv, LIMIT_MS.destroy)),
      cancellable: false,
      async precheck() {
        await stillAllows(tools, id, 'destroy', seen.guid ?? jail.guid)
        const [problem] = inTheWay(dependents(await world.datasets()))
        if (problem !== undefined) throw new PanelError('conflict', problem)
      },
      async verify(run) {
        if (await came(tools, () => world.find(id) === undefined, run)) return undefined
        return failureText(
          run.output,
          run.exitCode,
          failed(
            `${jail.tag} is still there.`,
            'The output has what iocage said. Nothing of it may be in use: no mount, no shell in its folder.',
          ),
        )
      },
    },
    problems: [
      ...(refusal === undefined ? [] : [refusal]),
      ...(confirm === jail.tag ? [] : [`Type ${jail.tag} to confirm.`]),
      ...iocageProblems(tools),
      ...inTheWay(dependents(datasets)),
    ],
    effects: datasets
      .filter(({ name }) => within(name))
      .map(({ name, usedBytes }) => `Goes for good: ${name} (${formatBytes(usedBytes)}) and its snapshots.`),
  }
}

/** Commands that remove a jail's datasets, and the snapshot on its source that was made for it and has its name. */
function zfsDestroyArgv(own: string, name: string, datasets: readonly Dataset[]): Argv[] {
  const origin = datasets.find((dataset) => dataset.name === `${own}/root`)?.origin
  return [['zfs', 'destroy', '-r', own], ...(origin?.endsWith(`@${name}`) === true ? [['zfs', 'destroy', origin]] : [])]
}
