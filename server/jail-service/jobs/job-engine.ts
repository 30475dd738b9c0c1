import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/account.ts'
import type { VerbOutput, VerbParsedInput } from '@/lib/contract/verbs.ts'
import { errorChain, PanelError } from '@/lib/errors.ts'
import type { Job, JobLine } from '@/lib/job.ts'
import type { RunCommand } from '../run-command.ts'
import { JobLedger, type JobLedgerDeps } from './job-ledger.ts'
import { createJobQueue } from './job-queue.ts'
import type { BulkPlan, JobPlan } from './job-plan.ts'
import type { AbortReason, JobOutcome } from './job-run.ts'
import { INTERRUPTED, runPlan } from './job-run.ts'
import { describeProcess, endLeftover } from './leftover-process.ts'

/** Lines of one job that are handed out at once. */
const DETAIL_LINES = 5_000
/** Of one batch of output (some 60 ms) no more is told live: more than anyone reads. */
const TOLD_MAX_LINES = 300
const TOLD_MAX_CHARACTERS = 64 * 1024
/** Jobs that may wait at once; a page can ask for 500 in one bulk action. */
const WAITING_MAX = 2_000
/** Jobs are kept for so long, in milliseconds. */
const KEEP_MS = 90 * 24 * 60 * 60_000
const PRUNE_EVERY_MS = 60 * 60_000

/** What a job takes from the call that asked for it; a CallContext is one. */
export interface JobRequest {
  /** The job's id: sent twice, done once. */
  changeId: string
  fingerprint: string
  actor: Actor | null
  address: string
  /** A job that still waits when this no longer holds is dropped. */
  grant: { stillHolds(): boolean } | null
}

export interface JobEngineDeps extends JobLedgerDeps {
  run: RunCommand
  hostId: string
  /** Commands that change something, at once. */
  parallel: number
}

/** Runs jobs: one at a time for each lock, several in parallel, every one on disk before it begins. */
export interface JobEngine {
  run(plan: JobPlan, request: JobRequest): Job
  runBulk(plan: BulkPlan, request: JobRequest): Job
  /** The job that this request made earlier. Throws `conflict` when its id was used for something else. */
  madeBy(request: Pick<JobRequest, 'changeId' | 'fingerprint'>): Job | undefined
  /** Cancels a job: one that waits at once, one that runs by ending its command. Throws `not_found`, `conflict`. */
  cancel(id: string): Job
  /** Waiting, running, and lately ended jobs, latest first. */
  recent(): Job[]
  list(query: VerbParsedInput<'job.list'>): { jobs: Job[]; more: boolean }
  /** Throws `not_found`. */
  detail(id: string): VerbOutput<'job.detail'>
  /** Marks what a dead service left as interrupted and ends its commands; nothing new runs before that is done. */
  recover(): Promise<void>
  /** Ends everything for the end of the service: jobs become interrupted. */
  stop(): Promise<void>
}

interface Live {
  job: Job
  plan: JobPlan
  request: JobRequest
  abort: AbortController
}

/** The engine over a store. Call `recover` once before anything else. */
export function createJobEngine({ store, run, hostId, publish, parallel, onEnd, log }: JobEngineDeps): JobEngine {
  const queue = createJobQueue<Live>({
    ...{ parallel, locksOf: ({ plan }) => plan.locks, sharedOf: ({ plan }) => plan.sharedLocks ?? [] },
  })
  const ledger = new JobLedger({ store, publish, onEnd, log })
  const running = new Set<Promise<void>>()
  let ready = false
  let stopping = false
  const prune = () => store.prune(new Date(Date.now() - KEEP_MS).toISOString())
  const pruner = setInterval(() => ledger.tryWrite('old', 'that it is gone', prune), PRUNE_EVERY_MS)
  pruner.unref()

  function end(live: Live, outcome: Omit<JobOutcome, 'truncated'>): void {
    Object.assign(live.job, outcome, { endedAt: new Date().toISOString(), cancellable: false })
    if (outcome.state === 'succeeded') live.job.progress = 1
    queue.remove(live)
    ledger.trySave(live.job)
    ledger.settle(live.job, live.request.address)
  }

  function pump(): void {
    if (!ready || stopping) return
    for (let live = queue.next(); live !== undefined; live = queue.next()) {
      if (live.request.grant?.stillHolds() === false) {
        end(live, { state: 'cancelled', exitCode: null, failure: RIGHT_LOST })
        continue
      }
      const work = execute(live).finally(() => {
        running.delete(work)
        pump()
      })
      running.add(work)
    }
  }

  async function execute(live: Live): Promise<void> {
    const { job, plan, abort } = live
    try {
      Object.assign(job, { state: 'running', startedAt: new Date().toISOString(), cancellable: plan.cancellable })
      ledger.save(job) // on the disk before its command runs; if it cannot be, nothing runs
    } catch (error) {
      log(`job ${job.id}: ${errorChain(error)}`)
      return end(live, { state: 'failed', exitCode: null, failure: DISK })
    }
    const outcome = await runPlan(plan, abort.signal, {
      run,
      log: (message) => log(`job ${job.id}: ${message}`),
      onProcess: (pid) =>
        ledger.tryWrite(job.id, 'its process', () =>
          store.saveProcess(job.id, pid === undefined ? undefined : describeProcess(pid)),
        ),
      onProgress: (progress) => {
        if (progress === job.progress) return
        job.progress = progress
        ledger.tellSoon(job)
      },
      onLines: (lines) => {
        ledger.tryWrite(job.id, 'its output', () => store.writeLines(job.id, lines))
        publish({ type: 'job.output', jobId: job.id, lines: lastOf(lines) })
        const last = lines.findLast(({ stream, text }) => stream !== 'command' && text.trim() !== '')?.text.trim()
        if (last === undefined || abort.signal.aborted) return
        job.lastLine = last.slice(0, 500)
        ledger.tellSoon(job)
      },
    })
    if (outcome.truncated) ledger.tryWrite(job.id, 'that its output is cut', () => store.markTruncated(job.id))
    job.jailId ??= plan.madeJailId?.() ?? null
    end(live, { state: outcome.state, exitCode: outcome.exitCode, failure: outcome.failure })
  }

  function makeJob(id: string, parentId: string | null, plan: Omit<JobPlan, 'verify' | 'locks'>, actor: string): Job {
    return {
      ...{ id, parentId, host: hostId, kind: plan.kind, title: plan.title, jailId: plan.jailId, target: plan.target },
      commands: plan.steps.map(({ argv }) => argv),
      ...{ state: 'waiting', actor, createdAt: new Date().toISOString(), startedAt: null, endedAt: null },
      ...{ exitCode: null, progress: null, lastLine: '', failure: null, cancellable: true },
    }
  }

  function madeBy({ changeId, fingerprint }: Pick<JobRequest, 'changeId' | 'fingerprint'>): Job | undefined {
    const known = store.fingerprintOf(changeId)
    if (known === undefined) return undefined
    if (known !== fingerprint)
      throw new PanelError('conflict', 'This change id was used for something else before.', {
        hint: 'Reload the page and ask again.',
      })
    return ledger.current(changeId)
  }
  function accept(plans: readonly JobPlan[], jobs: readonly Job[], request: JobRequest, parent?: Job): void {
    if (stopping) throw new PanelError('unavailable', 'The jail service is stopping.')
    if (queue.waiting + plans.length > WAITING_MAX)
      throw new PanelError('busy', `${queue.waiting} jobs are waiting already.`, {
        hint: 'Wait for some of them to end.',
      })
    ledger.add(jobs, request.fingerprint, request.address, parent)
    for (const [index, plan] of plans.entries())
      queue.add({ job: jobs[index] as Job, plan, request, abort: new AbortController() })
    queueMicrotask(pump) // the answer is the job as it waits; what happens next is told by events
  }

  return {
    madeBy,
    run(plan, request) {
      const known = madeBy(request)
      if (known !== undefined) return known
      const job = makeJob(request.changeId, null, plan, request.actor?.userName ?? '')
      accept([plan], [job], request)
      return { ...job }
    },
    runBulk(plan, request) {
      const known = madeBy(request)
      if (known !== undefined) return known
      const actor = request.actor?.userName ?? ''
      const parent = makeJob(
        request.changeId,
        null,
        {
          ...{ kind: 'bulk', title: plan.title, jailId: null, cancellable: true, steps: [] },
          target: plan.children.map(({ target }) => target).join(', '),
        },
        actor,
      )
      const children = plan.children.map((child) => makeJob(randomUUID(), parent.id, child, actor))
      accept(plan.children, children, request, parent)
      return { ...parent }
    },
    cancel(id) {
      const isBulk = ledger.isParent(id)
      const wanted = queue.filter(({ job }) => job.id === id || job.parentId === id)
      if (wanted.length === 0) {
        if (store.find(id) === undefined) throw new PanelError('not_found', 'There is no such job.')
        throw new PanelError('conflict', 'This job has ended already.')
      }
      for (const live of wanted) {
        if (live.job.state === 'waiting') end(live, { state: 'cancelled', exitCode: null, failure: null })
        else if (live.plan.cancellable) {
          live.job.lastLine = 'Cancelling …'
          live.job.cancellable = false
          live.abort.abort('cancelled' satisfies AbortReason)
          ledger.trySave(live.job)
        } else if (!isBulk)
          throw new PanelError('conflict', `“${live.job.title}” cannot be cancelled while it runs.`, {
            hint: 'Wait for its end: stopping it half-way would leave the jail in a worse state.',
          })
      }
      queueMicrotask(pump)
      return ledger.current(id) as Job
    },
    recent: () => ledger.recent(),
    list(query) {
      const { jobs, more } = store.list(query)
      return { jobs: jobs.map((job) => ledger.current(job.id) ?? job), more }
    },
    detail(id) {
      const job = ledger.current(id)
      if (job === undefined)
        throw new PanelError('not_found', 'There is no such job.', { hint: 'It may have been removed by age.' })
      const children = store.children(id).map((child) => ledger.current(child.id) ?? child)
      return { job, children, ...store.lines(id, DETAIL_LINES) }
    },
    async recover() {
      prune()
      const left = store.unfinished()
      for (const { job } of left) {
        const wasWaiting = job.state === 'waiting'
        Object.assign(job, {
          state: 'interrupted',
          endedAt: new Date().toISOString(),
          cancellable: false,
          failure: wasWaiting ? NEVER_BEGAN : INTERRUPTED,
        })
        store.save(job)
        ledger.settle(job, '')
      }
      await Promise.all(
        left.map(async ({ job, process: leftover }) => {
          if (leftover === undefined) return
          await endLeftover(leftover, run).catch((error: unknown) =>
            log(`job ${job.id}: its command may still run: ${errorChain(error)}`),
          )
          store.saveProcess(job.id, undefined)
        }),
      )
      ready = true
      pump()
    },
    async stop() {
      stopping = true
      clearInterval(pruner)
      for (const live of queue.filter(() => true)) {
        if (live.job.state === 'waiting') end(live, { state: 'interrupted', exitCode: null, failure: NEVER_BEGAN })
        else live.abort.abort('shutdown' satisfies AbortReason)
      }
      await Promise.all(running)
      ledger.stop()
    },
  }
}

/** What is told live of a flood: its last lines; all that is kept is on the disk. A page that lags is let go beyond 1 MiB. */
function lastOf(lines: JobLine[]): JobLine[] {
  let characters = 0
  const first = lines.findLastIndex(({ text }) => (characters += text.length + 1) > TOLD_MAX_CHARACTERS)
  return lines.slice(Math.max(first + 1, lines.length - TOLD_MAX_LINES))
}

const NEVER_BEGAN = {
  message: 'The jail service ended before this began.',
  hint: 'Nothing was changed. Ask for it again.',
}
const RIGHT_LOST = {
  message: 'Whoever asked for this lost the right to it while it waited.',
  hint: 'Nothing was changed.',
}
const DISK = {
  message: 'The job could not be written to disk, so it was not run.',
  hint: 'Free some space in the service’s state folder and try again.',
}
