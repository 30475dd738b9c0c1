import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunCommand } from '../run-command.ts'

/** The process group of a running command, known again by when it began. */
export interface RunningProcess {
  pid: number
  /** Exact, from /proc, where there is one; otherwise the time of our clock when it was started. */
  startedAt: string
}

/** Patience with a dead service's command between TERM and KILL, in milliseconds. */
const PATIENCE_MS = 10_000
/** How far the host's word on a start may be from our clock, in milliseconds: ps(1) tells whole seconds. */
const START_TOLERANCE_MS = 3_000

/** What tells a running command's process group from a later one with the same number. */
export function describeProcess(pid: number): RunningProcess {
  return { pid, startedAt: exactStart(pid) ?? new Date().toISOString() }
}

/** Boot and clock tick of a start, proc(5) field 22; undefined where there is no /proc or the process is gone. */
function exactStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined // dead already, only its parent does not look
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

/**
 * Ends a command that outlived the service that started it, so that nothing changes a jail behind the new service's back.
 * A process that only has the same number is left alone.
 */
export async function endLeftover({ pid, startedAt }: RunningProcess, run: RunCommand): Promise<void> {
  const isSame = async () => {
    if (startedAt.includes(' ')) return exactStart(pid) === startedAt
    const { stdout } = await run(['/bin/ps', '-o', 'lstart=', '-p', String(pid)], { timeoutMs: 5_000 })
    return Math.abs(Date.parse(stdout.trim()) - Date.parse(startedAt)) < START_TOLERANCE_MS
  }
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-pid, name)
    } catch {
      // ESRCH: it ended at this moment
    }
  }
  if (!(await isSame())) return
  signal('SIGTERM')
  const limit = performance.now() + PATIENCE_MS
  while (await isSame()) {
    if (performance.now() > limit) return signal('SIGKILL')
    await delay(50)
  }
}
