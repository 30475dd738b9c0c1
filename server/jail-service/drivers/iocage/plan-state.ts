import path from 'node:path'
import { PanelError } from '@/lib/errors.ts'
import { jailRefusal } from '@/lib/capabilities.ts'
import type { JobPlan } from '../../jobs/job-plan.ts'
import { failureText } from './failure-text.ts'
import type { FoldedJail } from './fold-jail.ts'
import { stateArgv } from './iocage-argv.ts'
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
import { startRefusal } from './start-preflight.ts'

type StateVerb = 'start' | 'stop' | 'restart'
const titles = { start: 'Start', stop: 'Stop', restart: 'Restart' } as const

/** Start, stop or restart of one jail. */
export function planState(tools: PlanTools, verb: StateVerb, seen: SeenJail): Planned {
  const { id } = seen
  const { jail, folded, exact } = jailToChange(tools, id)
  const refusal = jailRefusal(verb, jail) ?? seenProblem(jail, seen)
  const jidBefore = jail.jid
  const plan: JobPlan = {
    kind: `jail.${verb}`,
    title: `${titles[verb]} ${jail.tag}`,
    jailId: id,
    target: jail.tag,
    locks: jailLocks(jail),
    sharedLocks: folderLocks(exact.dialect),
    steps: [step(stateArgv(verb, exact), LIMIT_MS.state)],
    cancellable: false, // ended in the middle it leaves a jail half started or half stopped
    async precheck() {
      await stillAllows(tools, id, verb, seen.guid ?? jail.guid)
      // A running jail could swap what is checked, so a restart is checked only against what stood there before.
      const unsafe = verb === 'stop' ? undefined : linkRefusal(tools, jail.tag, folded)
      if (unsafe !== undefined) throw new PanelError('conflict', unsafe)
    },
    async verify(run) {
      const now = () => tools.world.find(id)
      if (verb === 'stop') {
        if (await came(tools, () => now()?.state === 'down', run)) return undefined
        return failureText(
          run.output,
          run.exitCode,
          failed(
            `${jail.tag} is still up.`,
            'The output has the reason. Processes that do not end can be looked at in its console.',
          ),
        )
      }
      const isUp = () => now()?.state === 'up' && (verb === 'start' || now()?.jid !== jidBefore)
      if (await came(tools, isUp, run)) {
        if (run.exitCode === 0 || /already running/.test(run.output)) return undefined
        const why = failureText(
          run.output,
          run.exitCode,
          failed('Not all of its start went well.', 'The output has more.'),
        )
        return failed(`${jail.tag} is up. ${why.message}`, why.hint)
      }
      return failureText(
        run.output,
        run.exitCode,
        failed(
          `${jail.tag} did not come up.`,
          'The output has what iocage said. Its log on the host, /var/log/iocage.log, may have more.',
        ),
      )
    },
  }
  return { plan, problems: [...(refusal === undefined ? [] : [refusal]), ...iocageProblems(tools)], effects: [] }
}

function linkRefusal({ state }: PlanTools, tag: string, { folder }: FoldedJail): string | undefined {
  const root = state.seenRoot()
  return root === undefined ? undefined : startRefusal(tag, path.join(root, `${folder.kind}s`, folder.name, 'root'))
}
