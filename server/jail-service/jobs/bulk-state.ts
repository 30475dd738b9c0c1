import type { Job } from '@/lib/job.ts'
import { isActive } from '@/lib/job.ts'

type BulkPart = Pick<Job, 'state' | 'startedAt' | 'endedAt' | 'progress' | 'lastLine' | 'failure' | 'cancellable'>

/** State, progress and failure of a bulk action, told from its parts; there is at least one. */
export function bulkState(children: readonly Job[]): BulkPart {
  const ended = children.filter((child) => !isActive(child))
  const notDone = ended.filter(({ state }) => state !== 'succeeded')
  const isOver = ended.length === children.length
  const part = children.reduce((sum, child) => sum + (isActive(child) ? (child.progress ?? 0) : 1), 0) / children.length
  const starts = children.flatMap(({ startedAt }) => startedAt ?? []).toSorted()
  return {
    state: isOver ? endState(notDone) : children.every(({ state }) => state === 'waiting') ? 'waiting' : 'running',
    startedAt: starts[0] ?? null,
    endedAt: isOver
      ? (children
          .flatMap(({ endedAt }) => endedAt ?? [])
          .toSorted()
          .at(-1) ?? null)
      : null,
    progress: part,
    lastLine: `${ended.length} of ${children.length} done${notDone.length === 0 ? '' : `, ${notDone.length} not`}`,
    failure: isOver && notDone.length > 0 ? failureOf(notDone, children.length) : null,
    cancellable: !isOver,
  }
}

function endState(notDone: readonly Job[]): Job['state'] {
  if (notDone.length === 0) return 'succeeded'
  for (const state of ['cancelled', 'interrupted'] as const)
    if (notDone.every((child) => child.state === state)) return state
  return 'failed'
}

function failureOf(notDone: readonly Job[], all: number): Job['failure'] {
  const names = notDone.slice(0, 5).map(({ target }) => target)
  const more = notDone.length - names.length
  return {
    message: `${notDone.length} of ${all} did not succeed: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    hint: 'Each of them says why.',
  }
}
