import { AHEAD_MAX_BYTES, AHEAD_MS, HIGH_WATER_BYTES, RESUME_PART } from '@/lib/console-protocol.ts'
import type { Pty } from '../pty.ts'
import type { Recorder } from '../recordings/recorder.ts'
import type { ConsoleScreen } from './console-screen.ts'
import type { OutputRing } from './output-ring.ts'
import type { Viewer } from './viewer.ts'

/** A viewer that rendered nothing for this long while it holds the console up is not waited for, in milliseconds. */
const STALL_MS = 5_000
/** How fast a page renders is looked at this often, in milliseconds. */
const PACE_EVERY_MS = 50

/** What a console's pace depends on. */
interface ConsoleParts {
  viewers: ReadonlySet<Viewer>
  ring: OutputRing
  screen: ConsoleScreen
  recorder: Recorder | undefined
  pty: Pty
}

/**
 * Reads a console's pty or lets its program wait. The pace is set by the fastest page: output is read while at least one
 * viewer keeps up, so a slow one holds nobody up. Without viewers it is that of the screen in this process.
 */
export class ConsolePace {
  readonly #parts: ConsoleParts
  #paused = false
  #stallTimer: NodeJS.Timeout | undefined

  constructor(parts: ConsoleParts) {
    this.#parts = parts
  }

  /** A page rendered everything before `offset`: it may have more ahead, the faster it is. */
  acknowledge(viewer: Viewer, offset: number): void {
    const now = performance.now()
    viewer.lastAckAt = now
    viewer.stalled = false
    if (offset > viewer.acked) viewer.acked = offset
    const paceMs = now - viewer.paceAt
    if (paceMs < PACE_EVERY_MS) return
    const ahead = ((viewer.acked - viewer.paceFrom) / paceMs) * AHEAD_MS
    viewer.window = Math.min(AHEAD_MAX_BYTES, HIGH_WATER_BYTES + ahead)
    viewer.paceAt = now
    viewer.paceFrom = viewer.acked
  }

  /** Pauses or resumes the pty by how far viewers, the screen and the recording are behind. */
  steer(): void {
    const { viewers, ring, screen, recorder, pty } = this.#parts
    /** Of what it may have ahead, the part that the viewer has who is least behind. */
    let behind = Infinity
    for (const { stalled, acked, window } of viewers)
      if (!stalled) behind = Math.min(behind, (ring.end - acked) / window)
    const load = Math.max(
      behind === Infinity ? 0 : behind,
      screen.pendingBytes / HIGH_WATER_BYTES,
      (recorder?.pendingBytes ?? 0) / AHEAD_MAX_BYTES,
    )
    if (!this.#paused && load > 1) {
      this.#paused = true
      pty.pause()
      this.#stallTimer ??= setInterval(() => this.#findStalled(), STALL_MS / 5)
    } else if (this.#paused && load <= RESUME_PART) {
      this.#paused = false
      this.stop()
      pty.resume()
    }
  }

  stop(): void {
    clearInterval(this.#stallTimer)
    this.#stallTimer = undefined
  }

  #findStalled(): void {
    const { viewers, ring } = this.#parts
    const since = performance.now() - STALL_MS
    for (const viewer of viewers)
      if (viewer.lastAckAt < since && ring.end - viewer.acked > viewer.window) viewer.stalled = true
    this.steer()
  }
}
