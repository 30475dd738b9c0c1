import { jailRefusal } from '@/lib/capabilities.ts'
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

/** A jail to a template, or back. */
export function planConvert(tools: PlanTools, seen: SeenJail, to: 'template' | 'jail'): Planned {
  const { id } = seen
  const { jail, exact } = jailToChange(tools, id)
  const verb = to === 'template' ? 'convertToTemplate' : 'convertToJail'
  const refusal = jailRefusal(verb, jail) ?? seenProblem(jail, seen)
  return {
    plan: {
      kind: `jail.${verb}`,
      title: `Convert ${jail.tag} to a ${to}`,
      jailId: id,
      target: jail.tag,
      locks: [...jailLocks(jail), ...folderLocks(exact.dialect)],
      steps: setArgv([['template', to === 'template' ? 'yes' : 'no']], exact).map((argv) => step(argv, LIMIT_MS.set)),
      cancellable: false,
      precheck: () => stillAllows(tools, id, verb, seen.guid ?? jail.guid),
      async verify(run) {
        if (await came(tools, () => tools.world.find(id)?.kind === to, run)) return undefined
        return failureText(
          run.output,
          run.exitCode,
          failed(`${jail.tag} is still a ${jail.kind}.`, 'The output has what iocage said.'),
        )
      },
    },
    problems: [...(refusal === undefined ? [] : [refusal]), ...iocageProblems(tools)],
    effects:
      to === 'template'
        ? [`${jail.tag} moves from Jails to Templates and cannot be started there.`]
        : ['Jails that were made from it stay as they are.'],
  }
}
