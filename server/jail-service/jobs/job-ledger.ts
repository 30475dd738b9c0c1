import { errorChain } from '@/lib/errors.ts'
import type { NewEvent } from '@/lib/events.ts'
import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'
import { bulkState } from './bulk-state.ts'
import type { JobStore } from './job-store.ts'

/** Jobs that ended so long ago leave the snapshot that pages start from, in milliseconds. */
const RECENT_MS = 10 * 60_000
/** What could not be written is tried again each so often, in milliseconds: a full disk gets room again. */
const REWRITE_MS = 5_000
/** Between two tellings of a running job's progress, in milliseconds. */
const TELL_MS = 200

export interface JobLedgerDeps {
  store: JobStore
  publish: (event: NewEvent) => void
  /** Told of each job that ended, also of those that a dead service left; must not throw. */
  onEnd: (job: Job, address: string) => void
  log: (message: string) => void
}

interface Parent {
  job: Job
  /** Latest state of each part. */
  children: Map<string, Job>
  address: string
}

/** Keeps the state of jobs on disk and tells it to everyone; bulk actions follow their parts. */
export class JobLedger {
  /** Active jobs that run a plan of their own, by id; the rows are changed in place and then saved. */
  readonly active = new Map<string, Job>()
  /** Bulk actions that are not over. */
  readonly #parents = new Map<string, Parent>()
  readonly #lately = new Map<string, { job: Job; endedAt: number }>()
  /** Jobs whose state the disk does not know yet. */
  readonly #unwritten = new Map<string, Job>()
  #rewriter: NodeJS.Timeout | undefined
  readonly #untold = new Map<string, NodeJS.Timeout>()
  readonly #deps: JobLedgerDeps

  constructor(deps: JobLedgerDeps) {
    this.#deps = deps
  }

  /** Writes new jobs, all or none: on the disk when it returns. With a parent, the others are its parts. */
  add(jobs: readonly Job[], fingerprint: string, address: string, parent?: Job): void {
    this.#deps.store.insert(parent === undefined ? jobs : [parent, ...jobs], fingerprint)
    for (const job of jobs) this.active.set(job.id, job)
    if (parent !== undefined) {
      const children = new Map(jobs.map((job) => [job.id, { ...job }]))
      this.#parents.set(parent.id, { job: parent, children, address })
      this.tell(parent)
    }
    for (const job of jobs) this.tell(job)
  }

  isParent = (id: string): boolean => this.#parents.has(id)

  /** The job as it is at this moment, from memory while it is active, else from the disk. */
  current(id: string): Job | undefined {
    const job =
      this.active.get(id) ?? this.#parents.get(id)?.job ?? this.#unwritten.get(id) ?? this.#deps.store.find(id)
    return job === undefined ? undefined : { ...job }
  }

  /** Active and lately ended jobs, latest first. */
  recent(): Job[] {
    const oldest = performance.now() - RECENT_MS
    for (const [id, { endedAt }] of this.#lately) if (endedAt < oldest) this.#lately.delete(id)
    return [...this.active.values(), ...[...this.#parents.values(), ...this.#lately.values()].map(({ job }) => job)]
      .map((job) => ({ ...job }))
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
  }

  /** Keeps a job's state and tells it; that of its bulk action follows. Throws when it cannot be written. */
  save(job: Job): void {
    this.#deps.store.save(job)
    this.#tellWithParent(job)
  }

  #tellWithParent(job: Job): void {
    this.tell(job)
    const parent = job.parentId === null ? undefined : this.#parents.get(job.parentId)
    if (parent === undefined) return
    parent.children.set(job.id, { ...job })
    const before = JSON.stringify(parent.job)
    Object.assign(parent.job, bulkState([...parent.children.values()]))
    if (JSON.stringify(parent.job) === before) return
    this.trySave(parent.job)
    if (!isActive(parent.job)) this.settle(parent.job, parent.address)
  }

  /** What cannot be written (disk full) must not stop the queue, nor its bulk action; it is written when there is room. */
  trySave(job: Job): void {
    if (!this.#tryStore(job)) {
      this.#unwritten.set(job.id, job)
      this.#rewriter ??= setInterval(() => this.#rewrite(), REWRITE_MS).unref()
    }
    this.#tellWithParent(job)
  }

  #tryStore = (job: Job): boolean => this.tryWrite(job.id, 'its state', () => this.#deps.store.save(job))

  #rewrite(): void {
    for (const job of this.#unwritten.values()) {
      if (!this.#tryStore(job)) return
      this.#unwritten.delete(job.id)
    }
    clearInterval(this.#rewriter)
    this.#rewriter = undefined
  }

  /** Whether something about a job was written; a failure is only logged. */
  tryWrite(id: string, what: string, write: () => void): boolean {
    try {
      write()
      return true
    } catch (error) {
      this.#deps.log(`job ${id}: ${what} could not be written: ${errorChain(error)}`)
      return false
    }
  }

  /** A job is over. */
  settle(job: Job, address: string): void {
    this.active.delete(job.id)
    this.#parents.delete(job.id)
    this.#lately.set(job.id, { job, endedAt: performance.now() })
    this.#deps.onEnd(job, address)
  }

  /** Tells a job's present state now. */
  tell(job: Job): void {
    clearTimeout(this.#untold.get(job.id))
    this.#untold.delete(job.id)
    this.#deps.publish({ type: 'job.changed', job: { ...job } })
  }

  /** Tells it soon, together with what else changes meanwhile. */
  tellSoon(job: Job): void {
    if (this.#untold.has(job.id)) return
    const timer = setTimeout(() => {
      if (isActive(job)) this.tell(job)
    }, TELL_MS)
    this.#untold.set(job.id, timer)
  }

  /** Tells nothing more. */
  stop(): void {
    for (const timer of this.#untold.values()) clearTimeout(timer)
    clearInterval(this.#rewriter)
  }
}
