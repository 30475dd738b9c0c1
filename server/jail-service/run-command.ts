import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { homedir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { errorChain, PanelError } from '@/lib/errors.ts'
import type { AllowsCommand } from './allowed-commands.ts'
import { createLineReader } from './line-reader.ts'
import type { OutputPiece } from './line-reader.ts'

/** Output of one command that is kept, in bytes; a command that prints more is ended (security.md, section 3). */
export const OUTPUT_MAX_BYTES = 8 * 1024 * 1024
/** Between TERM and KILL to a command's process group, in milliseconds. */
export const KILL_AFTER_MS = 10_000
/** A finished command may leave its pipes with a daemon: longest wait for them to close, in milliseconds. */
const DRAIN_MS = 500

export interface RunOptions {
  /** Longest run in milliseconds; then TERM, 10 s, KILL to the command's process group. */
  timeoutMs: number
  /** Ends the command as a time-out does. */
  signal?: AbortSignal
  /** Called with the command's process id, which is its process group's too, before it prints anything. */
  onStart?: (pid: number) => void
  /** Called with each line as it comes; progress that redraws its line comes several times, see OutputPiece. */
  onLine?: (piece: OutputPiece) => void
}

export interface CommandResult {
  /** null when a signal ended it. */
  exitCode: number | null
  signal: NodeJS.Signals | null
  /** Why it was ended before it was done; null when it ended by itself. */
  cutShort: 'timeout' | 'cancelled' | 'too_much_output' | null
  stdout: string
  stderr: string
  /** Both streams in the order in which they came. */
  output: string
}

/** Runs one command to its end. Rejects with `unavailable` when the program cannot be started at all. */
export type RunCommand = (argv: readonly string[], options: RunOptions) => Promise<CommandResult>

/** The same for a command that only reads. */
export type ReadCommand = (argv: readonly string[], options: Pick<RunOptions, 'timeoutMs'>) => Promise<CommandResult>

/** A command with streams to both sides, for what is too large to be kept. */
export interface StreamedCommand {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Its end, after its output ended; `stderr` holds the first few KiB. Rejects when it cannot be started. */
  readonly ended: Promise<{ exitCode: number | null; stderr: string }>
  /** TERM, later KILL to its process group. */
  end(): void
}
export type StreamCommand = (argv: readonly string[]) => StreamedCommand

/** Error output of a streamed command that is kept, in bytes. */
const STREAM_STDERR_BYTES = 4 * 1024

/** Folders in which FreeBSD's commands look for each other. */
const SYSTEM_PATH = '/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin'

const commandEnv = (bin: string | undefined): Record<string, string> => ({
  PATH: bin === undefined ? SYSTEM_PATH : `${bin}:${SYSTEM_PATH}`,
  HOME: homedir(),
  LC_ALL: 'C.UTF-8',
  TERM: 'dumb',
  // iocage is Python: without it lines come at the end, all at once, since its output is a pipe.
  PYTHONUNBUFFERED: '1',
})

export interface RunnerOptions {
  /** Folder that comes first in the PATH of commands. */
  bin?: string | undefined
  /** What may be started: allowed-commands.ts. */
  allows: AllowsCommand
}

/** Thrown by whoever starts what is not in the table: a fault of ours, and never anything that a caller may do. */
function refuseOthers(argv: readonly string[], allows: AllowsCommand): void {
  if (!allows(argv)) throw new Error(`${argv.slice(0, 2).join(' ')} is no command of this service`)
}

/** The only place that starts commands: argv without a shell, own process group, fixed environment, no input. */
export function createRunCommand({ bin, allows }: RunnerOptions): RunCommand {
  const env = commandEnv(bin)
  return async (argv, options) => {
    refuseOthers(argv, allows)
    return runCommand(argv, env, options)
  }
}

/** The same for commands with input and output of any size; who starts one sees to its end. */
export function createStreamCommand({ bin, allows }: RunnerOptions): StreamCommand {
  const env = commandEnv(bin)
  return (argv) => {
    refuseOthers(argv, allows)
    const [file = '', ...args] = argv
    const child = spawn(file, args, {
      ...{ cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], detached: true },
      env: env as NodeJS.ProcessEnv,
    })
    const signalGroup = (name: NodeJS.Signals) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      try {
        process.kill(-child.pid, name)
      } catch {
        // ESRCH: it is ending at this moment
      }
    }
    let stderr = ''
    child.stderr.on('data', (text: Buffer) => {
      if (stderr.length < STREAM_STDERR_BYTES) stderr += text.toString('utf8')
    })
    child.stdin.on('error', () => undefined) // EPIPE: its exit code tells why
    let killTimer: NodeJS.Timeout | undefined
    const ended = new Promise<{ exitCode: number | null; stderr: string }>((resolve, reject) => {
      child.once('error', (cause) => {
        if (child.pid === undefined)
          reject(new PanelError('unavailable', `${file} cannot be started on the host.`, { cause }))
      })
      child.once('close', (exitCode) => {
        clearTimeout(killTimer)
        resolve({ exitCode, stderr: stderr.slice(0, STREAM_STDERR_BYTES) })
      })
    })
    ended.catch(() => undefined) // for those who ended it and look no further
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      ended,
      end() {
        if (killTimer !== undefined) return
        child.stdin.destroy()
        child.stdout.destroy()
        signalGroup('SIGTERM')
        killTimer = setTimeout(() => signalGroup('SIGKILL'), KILL_AFTER_MS)
      },
    }
  }
}

/** After the end of its leader the rest of a group gets so long to end, in milliseconds. */
const GROUP_GRACE_MS = 2_000

/** Whether all processes of a group ended within the time of grace. */
async function groupEnds(group: number): Promise<boolean> {
  for (const limit = performance.now() + GROUP_GRACE_MS; performance.now() < limit; await delay(20)) {
    try {
      process.kill(-group, 0)
    } catch {
      return true
    }
  }
  return false
}

function runCommand(
  [file = '', ...args]: readonly string[],
  env: Record<string, string>,
  { timeoutMs, signal, onStart, onLine }: RunOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...{ cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true },
      env: env as NodeJS.ProcessEnv, // Next's types want NODE_ENV in it
    })
    const { pid } = child
    const kept: { stream: 'stdout' | 'stderr'; chunk: Buffer }[] = []
    const readers = { stdout: createLineReader('stdout', onLine), stderr: createLineReader('stderr', onLine) }
    let bytes = 0
    let cutShort: CommandResult['cutShort'] = null
    let killTimer: NodeJS.Timeout | undefined
    let drainTimer: NodeJS.Timeout | undefined

    const signalGroup = (name: NodeJS.Signals) => {
      if (pid === undefined) return
      try {
        process.kill(-pid, name)
      } catch {
        // ESRCH: the whole group is gone
      }
    }
    const endIt = (reason: NonNullable<CommandResult['cutShort']>) => {
      if (cutShort !== null) return
      cutShort = reason
      signalGroup('SIGTERM')
      killTimer = setTimeout(() => signalGroup('SIGKILL'), KILL_AFTER_MS)
    }
    const timer = setTimeout(() => endIt('timeout'), timeoutMs)
    const onAbort = () => endIt('cancelled')
    signal?.addEventListener('abort', onAbort, { once: true })

    const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      if (bytes + chunk.length > OUTPUT_MAX_BYTES) return endIt('too_much_output')
      bytes += chunk.length
      kept.push({ stream, chunk })
      readers[stream].take(chunk)
    }
    child.stdout.on('data', take('stdout'))
    child.stderr.on('data', take('stderr'))

    const done = () => {
      clearTimeout(timer)
      clearTimeout(killTimer)
      clearTimeout(drainTimer)
      signal?.removeEventListener('abort', onAbort)
    }
    child.once('error', (cause) => {
      if (pid !== undefined) return // a signal could not be sent; its end is still to come
      done()
      reject(
        new PanelError('unavailable', `${file} cannot be started on the host.`, {
          hint: 'Check that the program is installed where the jail service looks for it.',
          cause: new Error(errorChain(cause)),
        }),
      )
    })
    child.once('exit', () => {
      drainTimer = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, DRAIN_MS)
    })
    child.once('close', async (exitCode, signalName) => {
      if (pid === undefined) return
      // What was ended before its time takes its whole group along, also children that ignore TERM.
      if (cutShort !== null && !(await groupEnds(pid))) signalGroup('SIGKILL')
      done()
      readers.stdout.end()
      readers.stderr.end()
      const text = (wanted?: 'stdout' | 'stderr') =>
        Buffer.concat(
          kept.filter(({ stream }) => wanted === undefined || stream === wanted).map(({ chunk }) => chunk),
        ).toString('utf8')
      resolve({
        ...{ exitCode, signal: signalName, cutShort },
        ...{ stdout: text('stdout'), stderr: text('stderr'), output: text() },
      })
    })
    if (pid !== undefined) onStart?.(pid)
    if (signal?.aborted === true) onAbort()
  })
}
