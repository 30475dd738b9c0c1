import { readdirSync, readFileSync } from 'node:fs'

/** Processes below one, the nearest first. */
export function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => parentOf(one) === pid)
  return [...children, ...children.flatMap(descendants)]
}

/** What a process was started with, its words joined by blanks; empty when it is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** Whether a process runs; one that has ended and was not waited for does not, proc(5). */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)?.[0]
  return state !== undefined && state !== 'Z'
}

/** A figure of a process in KiB, as `VmRSS` or `VmHWM` of proc(5); 0 when it is gone. */
export function memoryKib(pid: number, figure: 'VmRSS' | 'VmHWM'): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${figure}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0)
}

/** How many descriptors a process has open. */
export const descriptorCount = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
const parentOf = (pid: number): number => Number(statOf(pid)?.[1] ?? 0)
