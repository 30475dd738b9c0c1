import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Resident memory of a process now, in bytes; 0 when it is gone. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** What a process holds of the system's. */
export interface Holdings {
  descriptors: number
  ptys: number
  children: number
  /** Unix and TCP sockets, the listening ones among them. */
  sockets: number
}

/** Counts what processes hold together, from /proc. */
export function holdings(pids: readonly number[]): Holdings {
  const links = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
      } catch {
        return [] // the one that readdir itself opened
      }
    }),
  )
  const children = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    ),
  )
  return {
    descriptors: links.length,
    ptys: links.filter((link) => link.startsWith('/dev/ptmx') || link.startsWith('/dev/pts/')).length,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
    children: children.length,
  }
}

const started = new Set<ChildProcess>()

/** Starts a process of the benchmark; `endAll` ends it whatever happens. */
export function start(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; ipc?: boolean } = {},
): ChildProcess {
  const { ipc = false, ...rest } = options
  const child = spawn(file, [...args], {
    ...rest,
    // A group of its own: Ctrl-C reaches the benchmark alone, which then ends everything in order.
    detached: true,
    stdio: ipc ? ['ignore', 'ignore', 'ignore', 'ipc'] : ['ignore', 'ignore', 'ignore'],
  })
  started.add(child)
  child.once('exit', () => started.delete(child))
  child.on('error', () => started.delete(child))
  return child
}

/** Ends a process that `start` began, with all it started, and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), 3_000)
  signalGroup(child, 'SIGTERM')
  await gone
  clearTimeout(timer)
  signalGroup(child, 'SIGKILL') // what it left behind
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // ESRCH: nobody is left in it
  }
}

/** Ends everything that is still running. */
export async function endAll(): Promise<void> {
  await Promise.all([...started].map((child) => end(child)))
}
