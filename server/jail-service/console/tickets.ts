import { createHash, randomBytes } from 'node:crypto'
import type { ViewMode } from '@/lib/console-protocol.ts'
import { PanelError } from '@/lib/errors.ts'
import type { ConsoleChoice } from './console-argv.ts'

/** A ticket is good for this long, in milliseconds (security.md, T7). */
export const TICKET_LIFE_MS = 30_000
/** Tickets that wait at once for one user. */
const PER_USER = 20

export interface Ticket {
  sessionId: string
  userId: string
  jailId: string
  /** The console to attach to; undefined: see `fresh`. */
  consoleId: string | undefined
  /** Open a new console even where the user has one in the jail. */
  fresh: boolean
  mode: ViewMode
  /** For a new console: what runs in it, */
  choice: ConsoleChoice
  /** … and why it is opened, where that was asked for. */
  reason: string
}

/** One-use keys for the console's WebSocket, kept as hashes in memory: a restart of the service voids them. */
export class ConsoleTickets {
  readonly #waiting = new Map<string, Ticket & { expiresAt: number }>()
  readonly #now: () => number

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** A new ticket, 256 bits. Throws `rate_limited` when the user has too many unused ones. */
  issue(ticket: Ticket): string {
    this.#forgetExpired()
    const mine = [...this.#waiting.values()].filter(({ userId }) => userId === ticket.userId)
    if (mine.length >= PER_USER)
      throw new PanelError('rate_limited', 'Too many consoles are being opened at once.', {
        retryAfterS: TICKET_LIFE_MS / 1_000,
      })
    const secret = randomBytes(32).toString('base64url')
    this.#waiting.set(digest(secret), { ...ticket, expiresAt: this.#now() + TICKET_LIFE_MS })
    return secret
  }

  /** What the ticket was made for, if it is unused, not expired, and shown by the session that asked for it. */
  redeem(secret: string, sessionId: string): Ticket | undefined {
    this.#forgetExpired()
    const key = digest(secret)
    const found = this.#waiting.get(key)
    this.#waiting.delete(key) // also when another session shows it: then it leaked
    return found?.sessionId === sessionId ? found : undefined
  }

  #forgetExpired(): void {
    const now = this.#now()
    for (const [key, { expiresAt }] of this.#waiting) if (expiresAt <= now) this.#waiting.delete(key)
  }
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64')
