import type { Actor } from '@/lib/account.ts'
import type { ClientMessage, ViewMode } from '@/lib/console-protocol.ts'
import { ACK_EVERY_BYTES, HIGH_WATER_BYTES, INPUT_KEPT_MAX_BYTES, WS_DONE } from '@/lib/console-protocol.ts'
import type { ConsoleInfo } from '@/lib/contract/console-verbs.ts'
import type { Pty, PtyExit } from '../pty.ts'
import { spawnPty } from '../pty.ts'
import type { Recorder } from '../recordings/recorder.ts'
import { ConsolePace } from './console-pace.ts'
import { ConsoleScreen } from './console-screen.ts'
import { OutputRing } from './output-ring.ts'
import type { Viewer, ViewerLink } from './viewer.ts'

type Hello = Extract<ClientMessage, { type: 'hello' }>

/** Largest binary frame to a viewer, in bytes. */
const FRAME_BYTES = 64 * 1024
/**
 * A page that has so much still to render gets what follows gathered for so long, or until a frame is full, in bytes and
 * milliseconds: a frame for each read of the pty would cost it more than its text.
 */
const BUSY_BYTES = 2 * ACK_EVERY_BYTES
const GATHER_MS = 2
/** Window edges are dragged: the pty learns a new size at most this often, in milliseconds. */
const RESIZE_EVERY_MS = 50
/** Input is confirmed when typing rests for this long, in milliseconds. */
const CONFIRM_INPUT_MS = 50
/** The client sends on when less than this waits for the program, in bytes. */
const INPUT_LOW_BYTES = 64 * 1024
/** Viewers whose input counts are remembered for their return. */
const INPUT_COUNTS_KEPT = 32
/** Output of a console at rest that is kept beside its screen, in bytes: what a page may lack after a short absence. */
const KEPT_AT_REST_BYTES = 32 * 1024
const CTRL_C = 0x03

interface SizeMark {
  /** From this output on. */
  offset: number
  number: number
  cols: number
  rows: number
}

export interface ConsoleStart {
  id: string
  jailId: string
  jid: number | null
  tag: string
  owner: Actor
  /** User of the jail whose shell it is, or as whom `command` runs. */
  user: string
  command: string | null
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  launcher: string
  cols: number
  rows: number
  recorder: Recorder | undefined
}

/**
 * One console: a pty, its screen, its last output, and the pages that look at it. It belongs to a user and a jail, not
 * to a page, and lives on without any. What a slow page missed and is no longer kept comes to it as a fresh drawing.
 */
export class ConsoleSession {
  readonly #start: ConsoleStart
  readonly #startedAt = new Date()
  readonly #ring = new OutputRing()
  readonly #screen: ConsoleScreen
  readonly #pty: Pty
  readonly #pace: ConsolePace
  readonly #viewers = new Set<Viewer>()
  readonly #inputCounts = new Map<string, number>()
  readonly #onPtyExit: (exit: PtyExit) => void
  /** Never empty. */
  #marks: SizeMark[]
  #pumpTimer: NodeJS.Timeout | undefined
  /** Output that was not pumped, in bytes. */
  #gathered = 0
  #resizeTimer: NodeJS.Timeout | undefined
  #lastResizeAt = 0
  #ended: { exitCode: number | null; reason: string; at: string } | undefined
  #lastSeenAt = performance.now()
  #inputBytes = 0
  /** Whose pane alone gives the size. */
  #driver: Viewer | undefined
  #recordingEnded = ''

  /**
   * Starts the program. `onPtyExit` is called once; the owner then finds out why and calls `finish`. `onFault` hears of
   * output that the screen could not take.
   */
  constructor(start: ConsoleStart, onPtyExit: (exit: PtyExit) => void, onFault: (error: unknown) => void) {
    this.#start = start
    this.#onPtyExit = onPtyExit
    const { cols, rows, argv, env, launcher } = start
    this.#marks = [{ offset: 0, number: 0, cols, rows }]
    this.#pty = spawnPty(
      { argv, env, cols, rows, launcher },
      { onData: (chunk) => this.#onOutput(chunk), onExit: (exit) => this.#onPtyExit(exit) },
    )
    this.#screen = new ConsoleScreen(cols, rows, {
      onParsed: () => this.#pace.steer(),
      onAnswer: (bytes) => this.#pty.write(bytes),
      onFault,
      onAsleep: () => this.#rest(),
    })
    const [viewers, ring, screen, pty] = [this.#viewers, this.#ring, this.#screen, this.#pty]
    this.#pace = new ConsolePace({ viewers, ring, screen, pty, recorder: start.recorder })
  }

  get id(): string {
    return this.#start.id
  }
  get owner(): Actor {
    return this.#start.owner
  }
  get jailId(): string {
    return this.#start.jailId
  }
  get jid(): number | null {
    return this.#start.jid
  }
  get tag(): string {
    return this.#start.tag
  }
  get argv(): readonly string[] {
    return this.#start.argv
  }
  get user(): string {
    return this.#start.user
  }
  get command(): string | null {
    return this.#start.command
  }
  get startedAt(): Date {
    return this.#startedAt
  }
  get running(): boolean {
    return this.#ended === undefined
  }
  get viewers(): ReadonlySet<Viewer> {
    return this.#viewers
  }
  get outputBytes(): number {
    return this.#ring.end
  }
  get inputBytes(): number {
    return this.#inputBytes
  }
  /** Milliseconds since a page looked at it; 0 while one does. */
  get unseenMs(): number {
    return this.#viewers.size > 0 ? 0 : performance.now() - this.#lastSeenAt
  }

  get recorder(): Recorder | undefined {
    return this.#start.recorder
  }

  /** The console as who asks sees it. */
  info({ userId }: Pick<Actor, 'userId'>): ConsoleInfo {
    return {
      id: this.id,
      jailId: this.jailId,
      tag: this.tag,
      owner: this.owner.userName,
      mine: this.owner.userId === userId,
      startedAt: this.#startedAt.toISOString(),
      viewers: this.#viewers.size,
      argv: [...this.argv],
      user: this.#start.user,
      command: this.#start.command,
      recorded: this.recorder?.running === true,
      ended: this.#ended ?? null,
    }
  }

  /** A page comes, new or again: it is told where it stands and gets what it lacks. */
  attach(hello: Hello, visitor: { actor: Actor; sessionId: string; mode: ViewMode }, link: ViewerLink): Viewer {
    let drives = false
    for (const other of this.#viewers)
      if (other.id === hello.viewer) {
        drives = other === this.#driver
        this.#remove(other) // the size stays: the page that goes is the page that comes
        other.link.close(WS_DONE, 'this page connected again')
      }
    const resumed = hello.offset !== undefined && this.#ring.has(hello.offset)
    const offset = resumed ? (hello.offset as number) : this.#ring.end
    const mark = this.#markAt(offset)
    const now = performance.now()
    const viewer: Viewer = {
      id: hello.viewer,
      ...visitor,
      link,
      cols: hello.cols,
      rows: hello.rows,
      sent: offset,
      acked: offset,
      window: HIGH_WATER_BYTES,
      paceAt: now,
      paceFrom: offset,
      mark: mark.number,
      lastAckAt: now,
      stalled: false,
      told: false,
      lastInputAt: now,
      inputTimer: undefined,
    }
    link.tell({
      type: 'ready',
      consoleId: this.id,
      tag: this.tag,
      argv: [...this.argv],
      startedAt: this.#startedAt.toISOString(),
      resumed,
      inputOffset: this.#inputCounts.get(viewer.id) ?? 0,
      mode: viewer.mode,
      owner: this.owner.userName,
      cols: mark.cols,
      rows: mark.rows,
    })
    if (this.recorder !== undefined) link.tell(this.#recordingState())
    this.#viewers.add(viewer)
    if (drives && viewer.mode === 'input') this.#driver = viewer
    this.#fitSize()
    if (!resumed) this.#draw(viewer)
    this.#pump(viewer)
    this.#tellViewers()
    this.#pace.steer()
    return viewer
  }

  /** A page went away; the console stays. */
  detach(viewer: Viewer): void {
    if (!this.#remove(viewer)) return
    this.#fitSize()
    this.#tellViewers()
    this.#pace.steer()
  }

  #remove(viewer: Viewer): boolean {
    if (!this.#viewers.delete(viewer)) return false
    clearTimeout(viewer.inputTimer)
    if (this.#driver === viewer) this.#driver = undefined
    this.#lastSeenAt = performance.now()
    return true
  }

  /** The page rendered everything before `offset`. False when that was never sent. */
  acknowledge(viewer: Viewer, offset: number): boolean {
    if (offset > viewer.sent) return false
    this.#pace.acknowledge(viewer, offset)
    this.#pump(viewer)
    this.#pace.steer()
    return true
  }

  resize(viewer: Viewer, cols: number, rows: number): void {
    viewer.cols = cols
    viewer.rows = rows
    this.#fitSize()
  }

  /** Makes the size follow this page alone, or again the smallest. Nothing for a page that only watches. */
  drive(viewer: Viewer, on: boolean): void {
    if (viewer.mode !== 'input' || (this.#driver === viewer) === on) return
    this.#driver = on ? viewer : undefined
    this.#fitSize()
    this.#tellViewers()
  }

  /** The recording ended before the console did. */
  recordingStopped(message: string): void {
    this.#recordingEnded = message
    for (const { link } of this.#viewers) link.tell(this.#recordingState())
    this.#pace.steer()
  }

  /** Everything of the recording that waited is on the disk. */
  recordingDrained(): void {
    this.#pace.steer()
  }

  #recordingState() {
    const stopped = this.#recordingEnded !== ''
    return {
      type: 'recording',
      state: stopped ? 'stopped' : 'on',
      message: stopped ? this.#recordingEnded : 'What this console shows is recorded; what is typed is not.',
    } as const
  }

  /** Keys and pastes. False when the page sent more than the program takes, without waiting for `input`. */
  input(viewer: Viewer, bytes: Buffer): boolean {
    const count = (this.#inputCounts.get(viewer.id) ?? 0) + bytes.length
    this.#inputCounts.delete(viewer.id) // to the end: the order tells which was used last
    this.#inputCounts.set(viewer.id, count)
    if (this.#inputCounts.size > INPUT_COUNTS_KEPT) {
      const [oldest] = this.#inputCounts.keys()
      if (oldest !== undefined) this.#inputCounts.delete(oldest)
    }
    viewer.lastInputAt = performance.now()
    this.#inputBytes += bytes.length
    // An interrupt throws away what was typed before it (termios ISIG): it must not wait behind a paste.
    if (bytes.length === 1 && bytes[0] === CTRL_C) this.#pty.dropInput()
    if (this.#pty.inputQueuedBytes + bytes.length > INPUT_KEPT_MAX_BYTES) return false
    this.#pty.write(bytes)
    viewer.inputTimer ??= setTimeout(() => this.#confirmInput(viewer), CONFIRM_INPUT_MS)
    return true
  }

  #confirmInput(viewer: Viewer): void {
    viewer.inputTimer = undefined
    if (!this.#viewers.has(viewer)) return
    if (this.#pty.inputQueuedBytes > INPUT_LOW_BYTES)
      viewer.inputTimer = setTimeout(() => this.#confirmInput(viewer), CONFIRM_INPUT_MS)
    else viewer.link.tell({ type: 'input', offset: this.#inputCounts.get(viewer.id) ?? 0 })
  }

  /** Ends the program as closing a terminal does; its exit follows. */
  hangUp(): void {
    this.#pty.end()
  }

  /** The program is gone and it is known why: viewers are told, after the last output. */
  finish(exitCode: number | null, reason: string): void {
    if (this.#ended !== undefined) return
    this.#ended = { exitCode, reason, at: new Date().toISOString() }
    this.#pumpAll()
  }

  /** Lets go of everything. The program must have exited, or `hangUp` been called. */
  dispose(): void {
    clearTimeout(this.#pumpTimer)
    clearTimeout(this.#resizeTimer)
    this.#pace.stop()
    for (const viewer of this.#viewers) {
      this.detach(viewer)
      viewer.link.close(WS_DONE, 'the console is gone')
    }
    this.#screen.dispose()
  }

  #onOutput(chunk: Buffer): void {
    const kept = this.#ring.push(chunk)
    this.#pass(kept.length) // first of all: the echo of a key waits neither for the screen nor for the recording
    this.#screen.write(kept)
    this.recorder?.output(kept)
    this.#pace.steer()
  }

  /** Sends on what has just come, at once or with what follows. */
  #pass(bytes: number): void {
    if (this.#viewers.size === 0) return
    this.#gathered += bytes
    let busy = true
    for (const { sent, acked } of this.#viewers) busy &&= sent - acked > BUSY_BYTES
    if (!busy || this.#gathered >= FRAME_BYTES) this.#pumpAll()
    else this.#pumpTimer ??= setTimeout(() => this.#pumpAll(), GATHER_MS)
  }

  /** Pages that come back later get a drawing: the output behind it need not stay. */
  #rest(): void {
    const sent = [...this.#viewers].map((viewer) => viewer.sent)
    this.#ring.dropBefore(Math.min(this.#ring.end - KEPT_AT_REST_BYTES, ...sent))
  }

  #pumpAll(): void {
    clearTimeout(this.#pumpTimer)
    this.#pumpTimer = undefined
    this.#gathered = 0
    for (const viewer of this.#viewers) this.#pump(viewer)
  }

  /** Sends a viewer what it may have: output up to the high-water mark, sizes in their places, the end last. */
  #pump(viewer: Viewer): void {
    const { link } = viewer
    if (!this.#ring.has(viewer.sent)) {
      // What it lacks is gone. It gets a drawing once it rendered what it has, so that it is never flooded with them.
      if (viewer.acked < viewer.sent) return
      this.#draw(viewer)
    }
    for (;;) {
      const mark = this.#marks.find(({ number }) => number > viewer.mark)
      if (mark !== undefined && mark.offset <= viewer.sent) {
        viewer.mark = mark.number
        link.tell({ type: 'size', cols: mark.cols, rows: mark.rows })
        continue
      }
      const until = mark?.offset ?? this.#ring.end
      const room = Math.floor(viewer.window) - (viewer.sent - viewer.acked)
      const bytes = this.#ring.read(viewer.sent, Math.min(FRAME_BYTES, room, until - viewer.sent))
      if (bytes.length === 0) break
      viewer.sent += bytes.length
      link.send(bytes)
    }
    if (this.#ended !== undefined && viewer.sent === this.#ring.end && !viewer.told) {
      viewer.told = true
      link.tell({ type: 'exit', ...this.#ended })
    }
  }

  #draw(viewer: Viewer): void {
    const { bytes, offset, cols, rows } = this.#screen.draw(this.#ring)
    viewer.sent = offset
    viewer.acked = offset
    viewer.paceAt = performance.now()
    viewer.paceFrom = offset
    viewer.mark = this.#marks.findLast((mark) => mark.cols === cols && mark.rows === rows)?.number ?? viewer.mark
    viewer.link.tell({ type: 'screen', offset, bytes: bytes.length, cols, rows })
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) viewer.link.send(bytes.subarray(at, at + FRAME_BYTES))
  }

  /** The console takes the size that every page can show, or the driver's. */
  #fitSize(): void {
    if (this.#viewers.size === 0 || this.#resizeTimer !== undefined || !this.running) return
    const wait = this.#lastResizeAt + RESIZE_EVERY_MS - performance.now()
    if (wait > 0) {
      this.#resizeTimer = setTimeout(() => {
        this.#resizeTimer = undefined
        this.#fitSize()
      }, wait)
      return
    }
    const deciding = this.#driver === undefined ? [...this.#viewers] : [this.#driver]
    const cols = Math.min(...deciding.map((viewer) => viewer.cols))
    const rows = Math.min(...deciding.map((viewer) => viewer.rows))
    const last = this.#marks.at(-1) as SizeMark
    if (cols === last.cols && rows === last.rows) return
    this.#lastResizeAt = performance.now()
    if (last.offset === this.#ring.end) this.#marks.pop() // nothing was made for that size
    this.#marks.push({ offset: this.#ring.end, number: last.number + 1, cols, rows })
    // Marks before what is kept are never sent again, but the last of them says the size at its start.
    while ((this.#marks[1]?.offset ?? Infinity) <= this.#ring.start) this.#marks.shift()
    this.#pty.resize(cols, rows)
    this.#screen.resize(cols, rows)
    this.recorder?.resize(cols, rows)
    this.#pumpAll()
  }

  #markAt(offset: number): SizeMark {
    return this.#marks.findLast((mark) => mark.offset <= offset) ?? (this.#marks[0] as SizeMark)
  }

  #tellViewers(): void {
    for (const { link } of this.#viewers)
      link.tell({
        type: 'viewers',
        viewers: [...this.#viewers].map((viewer) => ({
          user: viewer.actor.userName,
          mode: viewer.mode,
          driver: viewer === this.#driver,
          you: viewer.link === link,
        })),
      })
  }
}
