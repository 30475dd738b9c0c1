import { ServiceEvent } from '@/lib/events.ts'

/** Events that arrive within this time are applied together, in milliseconds: well below what an eye sees. */
const BURST_MS = 16
/** Shortest and longest wait before another connection, in milliseconds. */
const RETRY_MIN_MS = 300
const RETRY_MAX_MS = 3_000
/** The service says something each ten seconds; a stream that is silent for longer than this is dead, in milliseconds. */
const SILENT_MAX_MS = 25_000

interface EventStreamDeps {
  /** Where the page's data stands. */
  position: { epoch: string; seq: number }
  onEvents(events: readonly ServiceEvent[]): void
  /** Events are missing: the snapshot must be taken again; answers where that one stands. */
  onGap(): Promise<{ epoch: string; seq: number } | undefined>
  onOpen(): void
  onLost(): void
  /** Called while no connection can be made: the session may be over. */
  onRefused(): void
}

/**
 * The stream of events of this page: connects again by itself, drops what was seen, and asks for the snapshot when
 * events are missing or the service is another one. Returns the way to end it.
 */
export function openEventStream(deps: EventStreamDeps): () => void {
  let { epoch, seq } = deps.position
  let source: EventSource | undefined
  let burst: ServiceEvent[] = []
  let burstTimer: ReturnType<typeof setTimeout> | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let silenceTimer: ReturnType<typeof setTimeout> | undefined
  let retryMs = RETRY_MIN_MS
  let resyncing = false
  let ended = false

  function flush(): void {
    burstTimer = undefined
    const events = burst
    burst = []
    if (events.length > 0) deps.onEvents(events)
  }

  async function resync(): Promise<void> {
    if (resyncing) return
    resyncing = true
    burst = []
    const position = await deps.onGap().catch(() => undefined)
    resyncing = false
    if (ended) return
    if (position === undefined) return reconnectLater()
    ;({ epoch, seq } = position)
    // Events between that snapshot and now were dropped: the service sends them again from there.
    connect()
  }

  function take(event: ServiceEvent): void {
    if (resyncing) return
    // It is said to one page alone and has no number of its own.
    if (event.type === 'session.changed') return deps.onEvents([event])
    if (event.epoch !== epoch) return void resync()
    if (event.type === 'hello') {
      // The service goes on from where we stand, or it cannot and says where it stands.
      if (event.seq !== seq) void resync()
      return
    }
    if (event.seq <= seq) return
    if (event.seq !== seq + 1) return void resync()
    seq = event.seq
    burst.push(event)
    burstTimer ??= setTimeout(flush, BURST_MS)
  }

  function reconnectLater(): void {
    source?.close()
    source = undefined
    clearTimeout(silenceTimer)
    deps.onLost()
    clearTimeout(retryTimer)
    retryTimer = setTimeout(connect, retryMs)
    retryMs = Math.min(RETRY_MAX_MS, retryMs * 2)
  }

  /** A connection whose other end hangs, or is gone without a word, never breaks by itself. */
  function heard(): void {
    clearTimeout(silenceTimer)
    silenceTimer = setTimeout(reconnectLater, SILENT_MAX_MS)
  }

  function connect(): void {
    if (ended) return
    clearTimeout(retryTimer)
    source?.close()
    const opened = new EventSource(`/api/events?since=${encodeURIComponent(`${epoch}:${seq}`)}`)
    source = opened
    heard()
    opened.addEventListener('open', () => {
      retryMs = RETRY_MIN_MS
      deps.onOpen()
    })
    opened.addEventListener('message', ({ data }) => {
      if (source !== opened) return
      heard()
      const event = ServiceEvent.safeParse(parseJson(data))
      // A newer service may say what this page does not know; its number still counts.
      if (event.success) take(event.data)
      else void resync()
    })
    opened.addEventListener('error', () => {
      if (source !== opened) return
      // Closed by a status that is not 200: the session is over, or the service is away.
      if (opened.readyState === EventSource.CLOSED) deps.onRefused()
      // The browser's own retry would not say where we stand after a resync.
      reconnectLater()
    })
  }

  const retryNow = () => {
    if (source === undefined) connect()
  }
  window.addEventListener('online', retryNow)
  connect()
  return () => {
    ended = true
    window.removeEventListener('online', retryNow)
    clearTimeout(burstTimer)
    clearTimeout(retryTimer)
    clearTimeout(silenceTimer)
    source?.close()
  }
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}
