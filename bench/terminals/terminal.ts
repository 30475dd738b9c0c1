/** A connection to a shell through one web terminal, as its page has it. */
export interface Terminal {
  /** Hands out output as it arrives, what came already first; none of it counts as rendered yet. */
  subscribe(onOutput: (bytes: Buffer) => void): void
  /** Why the connection ended before `close`; undefined as long as it stands. */
  readonly lost: string | undefined
  type(text: string): void
  /** The page rendered so many bytes more: said to those that want to know. */
  rendered(bytes: number): void
  /** Ends connection and shell. */
  close(): Promise<void>
}

/** A web terminal: ours, or one that it is compared with. */
export interface TerminalServer {
  readonly name: string
  /** Its processes, shells left out. */
  pids(): number[]
  /** Opens a new shell; `port` leads to the server by another way, a slow link. */
  open(options?: { port?: number }): Promise<Terminal>
  /** Where it listens. */
  readonly target: { path: string } | { port: number; host: string }
  stop(): Promise<void>
}

/** Keeps output until somebody subscribes. */
export class Outlet {
  #early: Buffer[] = []
  #onOutput: ((bytes: Buffer) => void) | undefined

  readonly deliver = (bytes: Buffer): void => {
    if (this.#onOutput === undefined) this.#early.push(bytes)
    else this.#onOutput(bytes)
  }

  readonly subscribe = (onOutput: (bytes: Buffer) => void): void => {
    this.#onOutput = onOutput
    for (const bytes of this.#early.splice(0)) onOutput(bytes)
  }
}
