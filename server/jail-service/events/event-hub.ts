import { randomUUID } from 'node:crypto'
import type { NewEvent, ServiceEvent } from '@/lib/events.ts'

/** How many events a page that was away for a moment can catch up with; beyond that it takes the snapshot again. */
const BACKLOG = 1_000

/** The one stream of events of this process: numbers what it is given and hands it to everyone who listens. */
export interface EventHub {
  readonly epoch: string
  /** Number of the last event. */
  readonly seq: number
  publish(event: NewEvent): void
  /** Calls `listener` for each event from now on; returns the way to stop. */
  subscribe(listener: (event: ServiceEvent) => void): () => void
  /** Events after `seq` of this epoch, oldest first; undefined when they are no longer kept. */
  since(epoch: string, seq: number): ServiceEvent[] | undefined
}

/** A hub with a new epoch, for the host with this id. */
export function createEventHub(host: string): EventHub {
  const epoch = randomUUID()
  const listeners = new Set<(event: ServiceEvent) => void>()
  const backlog: ServiceEvent[] = []
  let seq = 0
  return {
    epoch,
    get seq() {
      return seq
    },
    publish(event) {
      seq += 1
      const numbered = { ...event, epoch, seq, host } as ServiceEvent
      backlog.push(numbered)
      if (backlog.length > BACKLOG) backlog.shift()
      for (const listener of listeners) listener(numbered)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    since(asked, after) {
      if (asked !== epoch || after > seq) return undefined
      if (seq - after > backlog.length) return undefined
      return backlog.slice(backlog.length - (seq - after))
    },
  }
}
