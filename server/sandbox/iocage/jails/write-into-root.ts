import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setting, type Jail } from '../model/jail.ts'

/**
 * The host's own trees that no write may reach, wherever a jail's links lead: they belong to the machine that the
 * sandbox runs on, not to the sandbox. Everything else is followed, as the real iocage follows it.
 */
const MACHINE = ['/dev/', '/proc/', '/sys/', '/usr/']

/** A file below a jail's root, or undefined where its links lead into the machine. */
function writeTarget(jail: Jail, file: string): string | undefined {
  const target = path.join(jail.path, 'root', file)
  let real = target
  try {
    real = realpathSync(target)
  } catch {
    try {
      real = path.join(realpathSync(path.dirname(target)), path.basename(target))
    } catch {
      return undefined
    }
  }
  const state = process.env['CELLBLOCK_SANDBOX']
  const root = path.join(jail.path, 'root') + path.sep
  if (real.startsWith(root)) return target
  return [...MACHINE, ...(state === undefined ? [] : [state + path.sep])].some((tree) => real.startsWith(tree))
    ? undefined
    : target
}

/** Writes `etc/resolv.conf` as `resolver` says: the host's, lines joined by `;`, or nothing for /dev/null. */
export function writeResolver(jail: Jail): void {
  const resolver = setting(jail, 'resolver')
  const target = writeTarget(jail, 'etc/resolv.conf')
  if (target === undefined || resolver === '/dev/null' || !existsSync(path.dirname(target))) return
  if (resolver === '/etc/resolv.conf' || resolver === 'none') {
    if (existsSync('/etc/resolv.conf')) copyFileSync('/etc/resolv.conf', target)
    return
  }
  writeFileSync(
    target,
    resolver
      .split(';')
      .map((line) => `${line.trim()}\n`)
      .join(''),
  )
}

/** Copies the host's time zone in. */
export function writeTimeZone(jail: Jail): void {
  const target = writeTarget(jail, 'etc/localtime')
  if (target !== undefined && existsSync('/etc/localtime') && existsSync(path.dirname(target)))
    copyFileSync('/etc/localtime', target)
}

/** `dev/log`, where syslog listens inside. */
export function linkDevLog(jail: Jail): void {
  const link = path.join(jail.path, 'root/dev/log')
  try {
    mkdirSync(path.dirname(link), { recursive: true })
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync('../var/run/log', link)
  } catch {
    // An empty jail, or one whose dev belongs to it alone: nothing to link.
  }
}

/** Writes a file below the jail's root when its folder is there. */
export function writeBelowRoot(jail: Jail, file: string, text: string): void {
  const target = writeTarget(jail, file)
  if (target !== undefined && existsSync(path.dirname(target))) writeFileSync(target, text)
}

/** Reads a file below the jail's root; undefined where there is none. */
export function readBelowRoot(jail: Jail, file: string): string | undefined {
  try {
    return readFileSync(path.join(jail.path, 'root', file), 'utf8')
  } catch {
    return undefined
  }
}
