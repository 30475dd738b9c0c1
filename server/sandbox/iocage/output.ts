import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs'
import type { Dialect } from '../state.ts'

/** 1.13 starts a new log at this size, in bytes, and keeps five old ones. */
const LOG_BYTES = 10 * 1024 * 1024
const LOGS_KEPT = 5

/** Where iocage's lines go: the stream depends on the dialect, and 1.13 keeps a log of them. */
export interface Output {
  info: (text: string) => void
  warn: (text: string) => void
  error: (text: string) => void
  /** Text as it is, to standard output, without a line end of ours (progress, prompts). */
  raw: (text: string) => void
  rawError: (text: string) => void
}

/** Lines of 0.9.7 all go to standard output; 1.13 sends warnings and errors to standard error and logs everything. */
export function createOutput(dialect: Dialect): Output {
  const stdout = (text: string) => void process.stdout.write(`${text}\n`)
  const stderr = (text: string) => void process.stderr.write(`${text}\n`)
  const logged = (level: string, write: (text: string) => void) => (text: string) => {
    write(text)
    if (dialect === '1.13') writeLog(level, text)
  }
  return {
    info: logged('INFO', stdout),
    warn: logged('WARNING', dialect === '1.13' ? stderr : stdout),
    error: logged('ERROR', dialect === '1.13' ? stderr : stdout),
    raw: (text) => void process.stdout.write(text),
    rawError: (text) => void process.stderr.write(text),
  }
}

/** An output that says nothing: for starts and stops that another command does on the way. */
export const silentOutput: Output = {
  info: () => {},
  warn: () => {},
  error: () => {},
  raw: () => {},
  rawError: () => {},
}

/** Appends to `/var/log/iocage.log` (or IOCAGE_LOGFILE), times in local time; a log that cannot be written is no error. */
export function writeLog(level: string, text: string): void {
  const file = process.env['IOCAGE_LOGFILE'] ?? '/var/log/iocage.log'
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) rotate(file)
    const now = new Date()
    const two = (number: number) => String(number).padStart(2, '0')
    const time =
      `${now.getFullYear()}/${two(now.getMonth() + 1)}/${two(now.getDate())} ` +
      `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`
    appendFileSync(file, `${time} (${level}) ${text}\n`)
  } catch {
    // As the real one as an ordinary user: no log.
  }
}

function rotate(file: string): void {
  rmSync(`${file}.${LOGS_KEPT}`, { force: true })
  for (let at = LOGS_KEPT - 1; at >= 1; at--)
    if (statSync(`${file}.${at}`, { throwIfNoEntry: false })) renameSync(`${file}.${at}`, `${file}.${at + 1}`)
  renameSync(file, `${file}.1`)
}
