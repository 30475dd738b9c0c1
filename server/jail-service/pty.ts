import { createHash, randomInt } from 'node:crypto'
import { closeSync, constants, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { OnReadOpts } from 'node:net'
import path from 'node:path'
import { ReadStream } from 'node:tty'
import { PanelError } from '@/lib/errors.ts'
import { CC } from './allowed-commands.ts'
import { PTY_LAUNCHER_SOURCE } from './pty-launcher.ts'
import { type PtyReader, ptyReads } from './pty-reads.ts'

/**
 * The only owner of ptys. It uses the native half of node-pty (pinned exactly) and not its JavaScript half, which loses
 * the tail of short-lived commands on Node 20 and 22 (node-pty issues 72, 85, 726), destroys a paused stream 200 ms
 * after the exit, and spins while a program does not read its input.
 */
interface NativePty {
  fork(
    file: string,
    args: string[],
    env: string[],
    cwd: string,
    cols: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    /** Only used on macOS. */
    helperPath: string,
    onExit: (exitCode: number, signal: number) => void,
  ): { fd: number; pid: number; pty: string }
  resize(fd: number, cols: number, rows: number): void
}

let native: NativePty | undefined
function loadNative(): NativePty {
  if (native === undefined) {
    const load = createRequire(import.meta.url)('node-pty/lib/utils.js') as {
      loadNativeModule(name: string): { module: NativePty }
    }
    native = load.loadNativeModule('pty').module
  }
  return native
}

/**
 * Longest wait for the end mark behind a dead program's output, in milliseconds: it does not come where the terminal is
 * stopped (Ctrl-S) or a background process fills it.
 */
const DRAIN_MAX_MS = 2_000
/** The end mark is tried again this often while the terminal takes no more, in milliseconds. */
const MARK_RETRY_MS = 5
/** Between HUP and KILL when a console is closed, in milliseconds: time for a shell to write its history. */
const KILL_AFTER_MS = 3_000
/** First and longest pause before input that the program did not take is tried again, in milliseconds. */
const INPUT_RETRY_MIN_MS = 1
const INPUT_RETRY_MAX_MS = 64

export interface PtyExit {
  /** null when a signal ended it. */
  exitCode: number | null
  signal: number | null
}

export interface PtyOptions {
  /** Absolute path of the program and its arguments. */
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  cols: number
  rows: number
  /** Path from `buildPtyLauncher`. */
  launcher: string
}

export interface PtyHandlers {
  /** The chunk's memory is used anew after the call: copy what is kept. */
  onData(chunk: Buffer): void
  /** Once, after the last onData. */
  onExit(exit: PtyExit): void
}

export interface Pty {
  readonly pid: number
  /** Bytes of input that the program has not taken yet. */
  readonly inputQueuedBytes: number
  /** Hands input to the program, in order; what it does not take at once waits. */
  write(bytes: Uint8Array): void
  /** Forgets input that waits, as the terminal does with its own queue at an interrupt (termios, ISIG). */
  dropInput(): void
  resize(cols: number, rows: number): void
  /** No onData until resume; the program blocks before a full terminal. */
  pause(): void
  resume(): void
  /** Ends the program as a closed terminal does: HUP to its process group, later KILL. onExit follows. */
  end(): void
}

/** Starts a program in a new pty, in `/`, with this environment and no descriptors but 0, 1, 2. Output are raw bytes. */
export function spawnPty({ argv, env, cols, rows, launcher }: PtyOptions, handlers: PtyHandlers): Pty {
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  let exit: PtyExit | undefined
  const child = loadNative().fork(launcher, [...argv], pairs, '/', cols, rows, -1, -1, true, '', (exitCode, signal) => {
    exit = signal > 0 ? { exitCode: null, signal } : { exitCode, signal: null }
    clearTimeout(killTimer)
    drain()
  })
  // While this end is open the kernel neither hangs up nor drops what the program wrote last.
  const slave = openSync(child.pty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
  let closed = false
  let paused = false
  /** Others have their turn. */
  let waits = false
  let drainTimer: NodeJS.Timeout | undefined
  let markTimer: NodeJS.Timeout | undefined
  let killTimer: NodeJS.Timeout | undefined
  /** Written behind a dead program's output: what comes before it is all that the program wrote, however late it comes. */
  const mark = Buffer.from(`\0${randomInt(1e14).toString().padStart(14, '0')}\0`) // no letters: OLCUC changes them
  let marked = false
  /** Of the output's end, what may be the beginning of the mark. */
  let held: Buffer = Buffer.alloc(0)

  function onData(chunk: Buffer) {
    if (!marked) return handlers.onData(chunk)
    if (closed) return
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    const at = all.indexOf(mark)
    const from = at >= 0 ? at : Math.max(all.length - mark.length + 1, 0)
    const begun = at >= 0 ? at : all.indexOf(mark[0] as number, from)
    const sure = begun < 0 ? all.length : begun
    held = Buffer.from(all.subarray(sure))
    if (sure > 0) handlers.onData(all.subarray(0, sure))
    if (at < 0) return
    held = Buffer.alloc(0)
    finish()
  }

  const reader: PtyReader = {
    ...{ onData, bytes: 0, since: 0 },
    goOn() {
      waits = false
      if (!paused && !closed) output.resume()
    },
  }
  // net.Socket's `onread`; the types of tty know nothing of options.
  const onread: OnReadOpts = {
    buffer: ptyReads.memory,
    callback(length) {
      // What a dead program left is little, and its end is waited for.
      waits = !ptyReads.take(reader, length) && exit === undefined
      return !waits && !paused
    },
  }
  const output = new ReadStream(child.fd, { onread } as object)
  output.resume()
  output.on('error', () => {
    // EIO and the like: the other side is gone, the exit tells.
  })

  function drain() {
    clearTimeout(drainTimer)
    if (exit === undefined || closed || paused) return
    if (waits) reader.goOn()
    drainTimer = setTimeout(finish, DRAIN_MAX_MS)
    writeMark()
  }

  function writeMark() {
    clearTimeout(markTimer)
    if (marked || closed) return
    try {
      // Whole or not at all: it is shorter than what a terminal takes at once.
      marked = writeSync(slave, mark) > 0
    } catch {
      // EAGAIN: the terminal is full
    }
    if (!marked) markTimer = setTimeout(writeMark, MARK_RETRY_MS)
  }

  function finish() {
    if (closed || exit === undefined) return
    if (held.length > 0) handlers.onData(held)
    closed = true
    ptyReads.leave(reader)
    clearTimeout(inputTimer)
    clearTimeout(drainTimer)
    clearTimeout(markTimer)
    inputQueue.length = 0
    queuedBytes = 0
    closeSync(slave)
    output.destroy()
    handlers.onExit(exit)
  }

  const inputQueue: Uint8Array[] = []
  let queuedBytes = 0
  let inputTimer: NodeJS.Timeout | undefined
  let inputRetryMs = INPUT_RETRY_MIN_MS

  function flushInput() {
    inputTimer = undefined
    if (closed) return
    for (let piece = inputQueue[0]; piece !== undefined; piece = inputQueue[0]) {
      let written: number
      try {
        written = writeSync(child.fd, piece) // the master does not block: node-pty sets O_NONBLOCK
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
          inputQueue.length = 0 // EIO: nobody reads any more
          queuedBytes = 0
          return
        }
        written = 0
      }
      queuedBytes -= written
      if (written === piece.length) inputQueue.shift()
      else if (written > 0) inputQueue[0] = piece.subarray(written)
      if (written > 0) inputRetryMs = INPUT_RETRY_MIN_MS
      else {
        inputTimer = setTimeout(flushInput, inputRetryMs)
        inputRetryMs = Math.min(inputRetryMs * 2, INPUT_RETRY_MAX_MS)
        return
      }
    }
  }

  function signalGroup(signal: 'SIGHUP' | 'SIGKILL') {
    if (exit !== undefined) return // the number may belong to someone else by now
    try {
      process.kill(-child.pid, signal)
    } catch {
      // ESRCH: it is ending at this moment
    }
  }

  return {
    pid: child.pid,
    get inputQueuedBytes() {
      return queuedBytes
    },
    write(bytes) {
      if (closed || bytes.length === 0) return
      inputQueue.push(bytes)
      queuedBytes += bytes.length
      if (inputTimer === undefined) flushInput()
    },
    dropInput() {
      inputQueue.length = 0
      queuedBytes = 0
      clearTimeout(inputTimer)
      inputTimer = undefined
    },
    resize(nextCols, nextRows) {
      if (!closed) loadNative().resize(child.fd, nextCols, nextRows)
    },
    pause() {
      if (paused || closed) return
      paused = true
      ptyReads.leave(reader)
      waits = false
      output.pause()
    },
    resume() {
      if (!paused || closed) return
      paused = false
      output.resume()
      drain()
    },
    end() {
      if (closed || killTimer !== undefined) return
      signalGroup('SIGHUP')
      killTimer = setTimeout(() => signalGroup('SIGKILL'), KILL_AFTER_MS)
      if (paused) this.resume()
    },
  }
}

type RunCompiler = (argv: [string, ...string[]]) => Promise<{ exitCode: number | null; output: string }>

/**
 * Path of the launcher that closes inherited descriptors; compiled into `folder` once for each of its versions.
 * Throws `unavailable` when no C compiler is there.
 */
export async function buildPtyLauncher(folder: string, run: RunCompiler, compiler = CC): Promise<string> {
  const version = createHash('sha256').update(`${process.arch}\n${PTY_LAUNCHER_SOURCE}`).digest('hex').slice(0, 12)
  const program = path.join(folder, `pty-launcher-${version}`)
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const source = `${program}.c`
  const half = `${program}.${process.pid}.part`
  writeFileSync(source, PTY_LAUNCHER_SOURCE, { mode: 0o600 })
  const { exitCode, output } = await run([compiler, '-O2', '-o', half, source])
  if (exitCode !== 0)
    throw new PanelError('unavailable', 'Consoles need a small program that the C compiler did not make.', {
      hint: 'Install a C compiler (cc) on the host and start the service again.',
      cause: new Error(output.slice(0, 2_000)),
    })
  renameSync(half, program)
  return program
}
