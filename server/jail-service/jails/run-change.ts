import { PanelError, type PanelErrorCode } from '@/lib/errors.ts'
import type { Job } from '@/lib/job.ts'
import type { Change, Planner } from '../drivers/driver.ts'
import type { CallContext } from '../handlers.ts'
import { readOrUnavailable } from '../host/host-handlers.ts'
import type { JobEngine } from '../jobs/job-engine.ts'
import type { BulkPlan, JobPlan } from '../jobs/job-plan.ts'

/** The part of the job engine that changes need. */
export type ChangeJobs = Pick<JobEngine, 'madeBy' | 'run' | 'runBulk'>

/** Plans a change, refuses it in words where something speaks against it, else makes it a job. */
export type RunChange = (change: Change, context: CallContext) => Promise<Job>

/** Where the fault lies in what was typed, the form wants to know; elsewhere in the state of the host. */
const typed: Partial<Record<Change['verb'], { code: PanelErrorCode; path: string }>> = {
  'jail.create': { code: 'invalid_input', path: 'jails' },
  'jail.set': { code: 'invalid_input', path: 'value' },
}

/** Runs changes by this planner as jobs of this engine. */
export function createRunChange(planner: Planner, jobs: ChangeJobs): RunChange {
  return async (change, context) => {
    const before = jobs.madeBy(context)
    if (before !== undefined) return before
    const { plan, problems } = await readOrUnavailable('The host', () => planner.plan(change))
    refuse(change, plan, problems)
    return 'children' in plan ? jobs.runBulk(plan, context) : jobs.run(plan, context)
  }
}

function refuse(change: Change, plan: JobPlan | BulkPlan, problems: readonly (readonly string[])[]): void {
  const targets = 'children' in plan ? plan.children.map(({ target }) => target) : [plan.target]
  const found = problems.flatMap((some, n) => some.map((message) => ({ n, message })))
  const [first] = found
  if (first === undefined) return
  const { code, path } = typed[change.verb] ?? { code: 'conflict' as const, path: undefined }
  const text = ({ n, message }: { n: number; message: string }) =>
    targets.length > 1 && !message.includes(targets[n] ?? '') ? `${targets[n]}: ${message}` : message
  throw new PanelError(code, [...new Set(found.map(text))].slice(0, 5).join(' '), {
    hint: targets.length > 1 ? 'Nothing was changed, also not for the others.' : 'Nothing was changed.',
    ...(path === undefined
      ? {}
      : {
          fields: found.map(({ n, message }) => ({ path: path === 'jails' ? `jails.${n}` : path, message })),
        }),
  })
}
