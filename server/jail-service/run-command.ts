import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'

/** Everything that a command gets of our environment: nothing. Base commands stand behind the host's own folders. */
const COMMAND_ENV: Readonly<Record<string, string>> = {
  PATH: '/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin',
  HOME: '/root',
  LANG: 'en_US.UTF-8',
  LC_ALL: 'C.UTF-8',
  // Python writes line by line into a pipe, too: output is shown as it comes.
  PYTHONUNBUFFERED: '1',
}

/** Most that is kept of a command's output, in bytes; one that prints more is ended (security.md, daemon children). */
const OUTPUT_MAX_BYTES = 8 * 1024 * 1024

/** Between TERM and KILL of a command's process group, in milliseconds. */
const KILL_AFTER_MS = 10_000

/** Longest line that is handed on, in characters; longer ones are cut there. */
const LINE_MAX = 4_000

/** A line of output. `redraw`: it replaces the line before (a progress line ended by a carriage return). */
export interface CommandLine {
  stream: 'stdout' | 'stderr'
  text: string
  redraw: boolean
}

export interface CommandOptions {
  /** Longest run in milliseconds; then TERM, 10 s, KILL to its process group. */
  timeoutMs: number
  onLine?: (line: CommandLine) => void
  /** Told once: the id of the command's process group. */
  onStart?: (pid: number) => void
  /** Ends the command as a time-out does. */
  signal?: AbortSignal
}

export interface CommandEnd {
  /** null when a signal ended it. */
  exitCode: number | null
  stdout: string
  stderr: string
  timedOut: boolean
  cancelled: boolean
  /** It printed more than is kept and was ended for it. */
  flooded: boolean
}

/**
 * Runs a command of the host to its end: argv without a shell, in a process group of its own, with a fixed environment
 * and no input. Never rejects for how the command ended; rejects when it could not be started (ENOENT, EACCES).
 */
export function runCommand(file: string, argv: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  const { timeoutMs, onLine, onStart, signal } = options
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'pipe'], env: COMMAND_ENV, cwd: '/', detached: true })
    const end: CommandEnd = { exitCode: null, stdout: '', stderr: '', timedOut: false, cancelled: false, flooded: false }
    let bytes = 0
    let killer: NodeJS.Timeout | undefined

    const endGroup = () => {
      if (killer !== undefined || child.pid === undefined) return
      killGroup(child.pid, 'SIGTERM')
      killer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS)
    }
    const limit = setTimeout(() => {
      end.timedOut = true
      endGroup()
    }, timeoutMs)
    const cancel = () => {
      end.cancelled = true
      endGroup()
    }
    if (signal?.aborted === true) cancel()
    signal?.addEventListener('abort', cancel, { once: true })

    for (const stream of ['stdout', 'stderr'] as const) {
      const decoder = new StringDecoder('utf8')
      const lines = onLine === undefined ? undefined : createLineSplitter((text, redraw) => onLine({ stream, text, redraw }))
      child[stream].on('data', (data: Buffer) => {
        bytes += data.length
        if (bytes > OUTPUT_MAX_BYTES) {
          end.flooded = true
          endGroup()
          return
        }
        const text = decoder.write(data)
        end[stream] += text
        lines?.push(text)
      })
      child[stream].on('end', () => lines?.end())
    }
    const settle = () => {
      clearTimeout(limit)
      clearTimeout(killer)
      signal?.removeEventListener('abort', cancel)
    }
    child.on('error', (error) => {
      settle()
      reject(error)
    })
    if (child.pid !== undefined) onStart?.(child.pid)
    child.on('exit', (code) => {
      end.exitCode = code
      // What the command left running with our pipes open must not hold the job: it gets a moment, then the pipes go.
      setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, PIPE_GRACE_MS).unref()
    })
    child.on('close', () => {
      settle()
      resolve(end)
    })
  })
}

/** How long after a command's end its pipes are still read, in milliseconds: a daemon that it started may hold them. */
const PIPE_GRACE_MS = 1_000

/** Sends a signal to a process group; one that is gone already is fine. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined || pid <= 1) return
  try {
    process.kill(-pid, signal)
  } catch {
    // ESRCH: it has ended
  }
}

/** Escape sequences of a terminal: none of them is text (ECMA-48). */
// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|.)/g

/**
 * Cuts a stream of text into lines. A carriage return without a line feed ends a line that the next one replaces, as
 * progress bars do; escape sequences are left out.
 */
export function createLineSplitter(emit: (text: string, redraw: boolean) => void) {
  let rest = ''
  let redraw = false
  const line = (raw: string, replaced: boolean) => {
    const text = raw.replaceAll(ESCAPES, '').trimEnd().slice(0, LINE_MAX)
    if (replaced && text.trim() === '') return
    emit(text, redraw)
    redraw = replaced
  }
  return {
    push(text: string) {
      rest += text
      for (;;) {
        const at = rest.search(/[\r\n]/)
        if (at < 0) break
        const isReturn = rest[at] === '\r'
        // Whether a line feed follows is only known when the next character is there.
        if (isReturn && at === rest.length - 1) break
        const isLineEnd = !isReturn || rest[at + 1] === '\n'
        line(rest.slice(0, at), !isLineEnd)
        rest = rest.slice(at + (isReturn && isLineEnd ? 2 : 1))
      }
      if (rest.length > LINE_MAX * 2) {
        line(rest, false)
        rest = ''
      }
      // A bar that is waiting at its carriage return is shown now, not with the next redraw.
      if (rest.endsWith('\r') && rest.length > 1) {
        line(rest.slice(0, -1), true)
        rest = ''
      }
    },
    end() {
      if (rest !== '') line(rest.replace(/\r$/, ''), false)
      rest = ''
    },
  }
}
