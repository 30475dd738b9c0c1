import { randomUUID } from 'node:crypto'
import type { Actor } from '@/lib/account.ts'
import { WS_DONE, WS_GOING_AWAY } from '@/lib/console-protocol.ts'
import type { ConsoleInfo } from '@/lib/contract/console-verbs.ts'
import { errorChain, PanelError } from '@/lib/errors.ts'
import type { Jail } from '@/lib/jail.ts'
import type { PtyExit } from '../pty.ts'
import type { RecordingFacts, RecordingWorld } from '../recordings/recordings.ts'
import type { ConsoleChoice } from './console-argv.ts'
import { CONSOLE_ENV } from './console-argv.ts'
import { ConsoleSession } from './console-session.ts'
import type { Viewer } from './viewer.ts'

/** Numbers that an admin may want otherwise; in milliseconds where the name says so. */
export interface ConsoleLimits {
  perUser: number
  perHost: number
  /** A page that got no key for so long lets go of the console, which lives on. */
  viewIdleMs: number
  /** A console that no page looked at for so long is closed. */
  unseenMs: number
  /** The last screen of an ended console can be read for so long. */
  endedKeptMs: number
  /** Rights, idle pages and ended consoles are looked at each so often. */
  sweepMs: number
}

export const DEFAULT_CONSOLE_LIMITS: ConsoleLimits = {
  perUser: 8,
  perHost: 64,
  viewIdleMs: 30 * 60_000,
  unseenMs: 24 * 60 * 60_000,
  endedKeptMs: 10 * 60_000,
  sweepMs: 1_000,
}

/** One line for the audit: a console was opened or ended. */
export interface ConsoleAuditRow {
  actor: Actor
  address: string
  verb: 'console.open' | 'console.end' | 'console.recording'
  target: string
  text: string
  argv: string[][]
  outcome: 'succeeded' | 'failed'
  detail: string
}

/** What the consoles need of the rest of the service. */
export interface ConsoleWorld {
  /** Path of the pty launcher; rejects with `unavailable` where it cannot be made. */
  launcher: () => Promise<string>
  /** The jail as the inventory knows it now. */
  findJail(id: string): Jail | undefined
  /** Looks at the host again, so that `findJail` tells the truth of this moment. */
  refreshJails(): Promise<void>
  /** Whether `gone` came true of the jail within a time; looks at the host meanwhile. */
  waitForJail(id: string, gone: (jail: Jail | undefined) => boolean, timeoutMs: number): Promise<boolean>
  /**
   * The command of a console in this jail (`consoleArgv`), its first word an absolute path, and the user it runs as.
   * Throws `not_found` when the jail has no such user.
   */
  commandFor(jail: Jail, choice: ConsoleChoice): Promise<{ argv: string[]; user: string }>
  /** Whether the user may (still) use this jail's console. */
  mayUse(userId: string, jailId: string): boolean
  /** Whether the session is (still) good. */
  sessionIsGood(sessionId: string): boolean | Promise<boolean>
  /** Someone typed: their session is in use, though no call is made; must not throw. */
  noteUse?: (sessionId: string) => void
  /** Throws when the row cannot be written: then no console is opened. */
  audit(row: ConsoleAuditRow): void
  recordings: RecordingWorld
  /** The list of consoles changed. */
  changed(): void
  log(message: string): void
}

/** A key that came within this time is use of the session, in milliseconds: more than the time between two sweeps. */
const USED_MS = 5_000

/** The host is asked at most this long why a console ended, in milliseconds. */
const WHY_MS = 2_000
/**
 * Longest time between a stopping jail's signal to its shells and its own end, in milliseconds. After TERM jail(8) waits for
 * its programs, 10 s unless `stop.timeout` says other; after HUP and KILL it is some 100 ms, more on a busy host.
 */
const STOP_MS: Readonly<Record<number, number>> = { 1: 5_000, 9: 5_000, 15: 12_000 }

interface Entry {
  session: ConsoleSession
  address: string
  /** Why it is being closed, when that is known before the program ends. */
  closing: string | undefined
  endedAt: number | undefined
  /** Output of it could not be shown. */
  faulty: boolean
}

/** What a console is opened with. */
export interface ConsoleRequest {
  jailId: string
  choice: ConsoleChoice
  /** Why, where the policy asks for it; else empty. */
  reason: string
  cols: number
  rows: number
  /** The visitor's. */
  address: string
}

/** All consoles of this process: opens, lists and ends them, and sees to it that none outlives its right. */
export class ConsoleRegistry {
  readonly #entries = new Map<string, Entry>()
  readonly #world: ConsoleWorld
  readonly #limits: ConsoleLimits
  readonly #sweeper: NodeJS.Timeout
  #stopped = false
  #opening = 0

  constructor(world: ConsoleWorld, limits: Partial<ConsoleLimits> = {}) {
    this.#world = world
    this.#limits = { ...DEFAULT_CONSOLE_LIMITS, ...limits }
    this.#sweeper = setInterval(() => void this.#sweep(), this.#limits.sweepMs)
    this.#sweeper.unref()
  }

  /** Consoles that the actor may see: their own, and others' in jails whose console they may use. Latest first. */
  list(actor: Actor): ConsoleInfo[] {
    return [...this.#entries.values()]
      .filter(({ session }) => this.#maySee(actor, session))
      .map(({ session }) => session.info(actor))
      .toReversed()
  }

  /** The console with this id, the actor's or one that they may join. Throws `not_found` for all others. */
  joinable(actor: Actor, consoleId: string): ConsoleSession {
    const entry = this.#entries.get(consoleId)
    if (entry === undefined || !this.#maySee(actor, entry.session))
      throw new PanelError('not_found', 'This console is gone.', { hint: 'Open a new one.' })
    return entry.session
  }

  #maySee(actor: Actor, session: ConsoleSession): boolean {
    return session.owner.userId === actor.userId || this.#world.mayUse(actor.userId, session.jailId)
  }

  /** The actor's latest console in a jail that still runs; where user or command are chosen, one of that kind. */
  latest(actor: Actor, jailId: string, { user, command }: ConsoleChoice = {}): ConsoleSession | undefined {
    const anyKind = user === undefined && command === undefined
    return [...this.#entries.values()].findLast(
      ({ session, closing }) =>
        session.owner.userId === actor.userId &&
        session.jailId === jailId &&
        session.running &&
        closing === undefined &&
        (anyKind || ((user ?? 'root') === session.user && (command ?? null) === session.command)),
    )?.session
  }

  /**
   * Opens a console. Throws `not_found`, `conflict` when the jail is not up, `busy` at a limit, `unavailable`,
   * `invalid_input` with the field `reason` where the policy wants one.
   */
  async open(actor: Actor, { jailId, choice, reason, cols, rows, address }: ConsoleRequest): Promise<ConsoleSession> {
    this.#refuseBeyondLimits(actor)
    const jail = this.#world.findJail(jailId)
    if (jail === undefined) throw new PanelError('not_found', 'This jail is gone.')
    if (jail.state !== 'up')
      throw new PanelError('conflict', `${jail.tag} is not running.`, { hint: 'Start it first.' })
    this.#world.recordings.mustHaveReason({ jailId, actor, reason })
    this.#opening += 1
    try {
      const [{ argv, user }, launcher] = await Promise.all([
        this.#world.commandFor(jail, choice),
        this.#world.launcher(),
      ])
      if (this.#stopped) throw new PanelError('unavailable', 'The jail service is stopping.')
      const id = randomUUID()
      const { tag, jid } = jail
      const command = choice.command ?? null
      const recorder = this.#record({ id, jailId, tag, actor, argv, reason, cols, rows })
      try {
        this.#world.audit({
          ...{ actor, address, verb: 'console.open', target: tag, argv: [argv], outcome: 'succeeded' },
          text: `open a console in ${tag}${user === 'root' ? '' : ` as ${user}`}`,
          detail: [reason === '' ? '' : `Reason: ${reason}.`, recorder === undefined ? '' : `Recorded as ${id}.`]
            .filter((part) => part !== '')
            .join(' '),
        })
        const session: ConsoleSession = new ConsoleSession(
          { id, jailId, jid, tag, owner: actor, user, command, argv, env: CONSOLE_ENV, launcher, cols, rows, recorder },
          (exit) => void this.#onExit(session, exit),
          (error) => this.#onFault(session, error),
        )
        this.#entries.set(id, { session, address, closing: undefined, endedAt: undefined, faulty: false })
        this.#world.changed()
        return session
      } catch (error) {
        await this.#world.recordings.end(id, recorder)
        throw error
      }
    } finally {
      this.#opening -= 1
    }
  }

  /** Said once for a console: a jail must not fill the log. */
  #onFault(session: ConsoleSession, error: unknown): void {
    const entry = this.#entries.get(session.id)
    if (entry === undefined || entry.faulty) return
    entry.faulty = true
    this.#world.log(`console ${session.id}: output that the terminal could not take: ${errorChain(error)}`)
  }

  #record(facts: Omit<RecordingFacts, 'handlers'>) {
    const { id } = facts
    return this.#world.recordings.begin({
      ...facts,
      handlers: {
        onDrained: () => this.#entries.get(id)?.session.recordingDrained(),
        onStopped: (message) => this.#onRecordingStopped(id, message),
      },
    })
  }

  /** A recording could not go on: said to all who look and to the audit; where it must be there, the console ends. */
  #onRecordingStopped(id: string, message: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    const { session, address } = entry
    session.recordingStopped(message)
    try {
      this.#world.audit({
        ...{ actor: session.owner, address, verb: 'console.recording', target: session.tag, argv: [] },
        ...{ text: `recording of a console in ${session.tag} ended early`, outcome: 'failed', detail: message },
      })
    } catch (error) {
      this.#world.log(`console ${id}: ${message} The audit could not be written: ${errorChain(error)}`)
    }
    if (this.#world.recordings.mustRecord()) this.close(session, `${message} Consoles must be recorded here.`)
    this.#world.changed()
  }

  #refuseBeyondLimits(actor: Actor): void {
    const running = [...this.#entries.values()].filter(({ session }) => session.running)
    const { perUser, perHost } = this.#limits
    if (running.filter(({ session }) => session.owner.userId === actor.userId).length + this.#opening >= perUser)
      throw new PanelError('busy', `You have ${perUser} consoles open already.`, { hint: 'Close one of them first.' })
    if (running.length + this.#opening >= perHost)
      throw new PanelError('busy', `${perHost} consoles are open on this host already.`, {
        hint: 'Close one of them first.',
      })
  }

  /** Ends a console; its viewers are told why. */
  close(session: ConsoleSession, reason: string): void {
    const entry = this.#entries.get(session.id)
    if (entry === undefined || !session.running) return
    entry.closing ??= reason
    session.hangUp()
  }

  /** The inventory saw a change of this jail: consoles of an earlier run of it end. */
  jailChanged(jailId: string): void {
    const jail = this.#world.findJail(jailId)
    for (const { session } of this.#entries.values()) {
      if (session.jailId !== jailId || !session.running) continue
      if (jail?.state !== 'up' || jail.jid !== session.jid) this.close(session, `${session.tag} was stopped.`)
    }
  }

  /** Ends everything, for the end of the service. Resolves when all programs are gone. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#sweeper)
    for (const { session } of this.#entries.values()) {
      for (const viewer of session.viewers)
        this.#dropView(session, viewer, 'unavailable', 'The jail service is stopping.', WS_GOING_AWAY)
      this.close(session, 'The jail service was stopped.')
    }
    await new Promise<void>((resolve) => {
      const poll = setInterval(() => {
        if ([...this.#entries.values()].some(({ session }) => session.running)) return
        clearInterval(poll)
        resolve()
      }, 20)
    })
    for (const { session } of this.#entries.values()) session.dispose()
    this.#entries.clear()
  }

  async #onExit(session: ConsoleSession, { exitCode, signal }: PtyExit): Promise<void> {
    const entry = this.#entries.get(session.id)
    if (entry === undefined) return
    const reason = entry.closing ?? (await this.#whyEnded(session, exitCode, signal))
    session.finish(exitCode, reason)
    entry.endedAt = performance.now()
    const seconds = Math.round((Date.now() - session.startedAt.getTime()) / 1_000)
    const recorded = await this.#world.recordings.end(session.id, session.recorder)
    try {
      this.#world.audit({
        ...{ actor: session.owner, address: entry.address, verb: 'console.end', target: session.tag },
        text: `console in ${session.tag} ended`,
        argv: [[...session.argv]],
        outcome: 'succeeded',
        detail: `${reason} Exit code ${exitCode ?? `none (signal ${signal})`}, ${session.outputBytes} bytes out, ${session.inputBytes} bytes in, ${seconds} s.${recorded}`,
      })
    } catch (error) {
      this.#world.log(`console ${session.id}: its end could not be written to the audit: ${errorChain(error)}`)
    }
    this.#world.changed()
  }

  /** A jail that stops kills its shells first: so the host is asked before a shell is blamed. */
  async #whyEnded(session: ConsoleSession, exitCode: number | null, signal: number | null): Promise<string> {
    const { jailId, jid, tag } = session
    const gone = (jail: Jail | undefined) => jail === undefined || jail.state !== 'up' || jail.jid !== jid
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, WHY_MS).unref())
    await Promise.race([this.#world.refreshJails().catch(() => undefined), timeout])
    // A program around the shell tells its signal as 128 and more (sh(1)).
    const stopMs = STOP_MS[signal ?? (exitCode ?? 0) - 128]
    const stopped =
      gone(this.#world.findJail(jailId)) ||
      (stopMs !== undefined && (await this.#world.waitForJail(jailId, gone, stopMs)))
    if (stopped) return `${tag} was stopped.`
    if (signal !== null) return `The shell was ended by signal ${signal}.`
    if (exitCode === 127) return 'The shell could not be started.'
    return 'The shell ended.'
  }

  #dropView(session: ConsoleSession, viewer: Viewer, code: string, message: string, close = WS_DONE): void {
    viewer.link.tell({ type: 'error', code, message })
    session.detach(viewer)
    viewer.link.close(close, message.slice(0, 120))
  }

  /** Nothing outlives its right: views end with their session, shells with their owner's right, both with disuse. */
  async #sweep(): Promise<void> {
    const now = performance.now()
    const good = new Map<string, boolean>()
    for (const [id, entry] of this.#entries) {
      const { session } = entry
      if (!session.running) {
        if (
          entry.endedAt !== undefined &&
          now - entry.endedAt > this.#limits.endedKeptMs &&
          session.viewers.size === 0
        ) {
          this.#entries.delete(id)
          session.dispose()
          this.#world.changed()
        }
        continue
      }
      if (!this.#world.mayUse(session.owner.userId, session.jailId))
        this.close(session, `${session.owner.userName} no longer has the right to open consoles.`)
      if (session.unseenMs > this.#limits.unseenMs)
        this.close(session, `No page looked at it for ${Math.round(this.#limits.unseenMs / 3_600_000)} hours.`)
      for (const viewer of session.viewers) {
        if (viewer.actor.userId !== session.owner.userId && !this.#maySee(viewer.actor, session)) {
          this.#dropView(session, viewer, 'forbidden', 'You no longer have the right to join this console.')
          continue
        }
        if (now - viewer.lastInputAt < USED_MS) this.#world.noteUse?.(viewer.sessionId)
        if (now - viewer.lastInputAt > this.#limits.viewIdleMs)
          this.#dropView(
            session,
            viewer,
            'idle',
            'Nothing was typed for a while. The shell goes on; connect again to see it.',
          )
        else if (!good.has(viewer.sessionId)) good.set(viewer.sessionId, await this.#sessionIsGood(viewer.sessionId))
        if (good.get(viewer.sessionId) === false)
          this.#dropView(session, viewer, 'unauthenticated', 'Your session ended. Log in again; the shell goes on.')
      }
    }
  }

  /** A store that cannot be asked ends nobody's view. */
  async #sessionIsGood(sessionId: string): Promise<boolean> {
    try {
      return await this.#world.sessionIsGood(sessionId)
    } catch (error) {
      this.#world.log(`console: session could not be checked: ${errorChain(error)}`)
      return true
    }
  }
}
