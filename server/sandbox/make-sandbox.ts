import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { installCommands } from './install-commands.ts'
import { DIALECTS, type SandboxConfig, type SandboxPaths, sandboxPaths } from './state.ts'
import { sharedFolder } from './userland/shared-base.ts'

/** What a new sandbox is to be like. */
export interface SandboxWishes {
  dialect: string | undefined
  storage: string | undefined
  hostname: string | undefined
  /** State folder of another sandbox, whose base of releases it takes instead of making its own. */
  baseOf: string | undefined
}

/** Makes the sandbox in `state` where there is none: whole or not at all, also when two do it at once. */
export function makeSandbox(state: string, wishes: SandboxWishes, built: string): void {
  if (existsSync(sandboxPaths(state).config)) return
  const config = sandboxConfig(wishes)
  mkdirSync(path.dirname(state), { recursive: true })
  if (existsSync(state) && readdirSync(state).length > 0)
    throw new Error(`${state} is neither empty nor a sandbox; name another folder with CELLBLOCK_SANDBOX`)
  const temporary = `${state}.${process.pid}.tmp`
  try {
    fillState(temporary, state, config, built)
    if (wishes.baseOf !== undefined) takeBase(sandboxPaths(temporary), sandboxPaths(wishes.baseOf))
    renameSync(temporary, state)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    // Somebody else's rename came first: then theirs is the sandbox.
    if (!existsSync(sandboxPaths(state).config)) throw error
  }
}

function sandboxConfig({ dialect = '0.9.7', storage = 'folders', hostname = 'sandbox' }: SandboxWishes): SandboxConfig {
  const known = DIALECTS.find((name) => name === dialect)
  if (known === undefined) throw new Error(`CELLBLOCK_IOCAGE is "${dialect}"; it can be ${DIALECTS.join(' or ')}`)
  if (storage !== 'folders' && storage !== 'zfs')
    throw new Error(`CELLBLOCK_STORAGE is "${storage}"; it can be folders or zfs`)
  if (!/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,62}[a-zA-Z0-9])?$/.test(hostname))
    throw new Error(`CELLBLOCK_HOSTNAME is "${hostname}"; it can have letters, digits, "-" and "."`)
  return { version: 1, dialect: known, storage, hostname, createdAt: new Date().toISOString() }
}

function fillState(folder: string, state: string, config: SandboxConfig, built: string): void {
  const paths = sandboxPaths(folder)
  // Others of this machine must not reach programs in jails that run with our rights.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const part of [paths.bin, paths.lib, paths.run, paths.hostRoot, paths.storage, paths.mirror, paths.faults])
    mkdirSync(part, { recursive: true })
  installCommands(folder, state, config, built)
  fillEtc(path.join(paths.hostRoot, 'etc'), config.hostname)
  writeFileSync(paths.config, `${JSON.stringify(config, undefined, 2)}\n`)
}

/** Where the other sandbox has a base, of the same version of this program, and lets us read it. */
function takeBase(own: SandboxPaths, other: SandboxPaths): void {
  const stampOf = ({ lib }: SandboxPaths) => readFileSync(path.join(lib, 'stamp'), 'utf8')
  const folder = sharedFolder(own)
  try {
    if (stampOf(own) !== stampOf(other)) return
    mkdirSync(folder)
    for (const name of readdirSync(sharedFolder(other)))
      linkOrCopy(path.join(sharedFolder(other), name), path.join(folder, name))
  } catch {
    rmSync(folder, { recursive: true, force: true }) // it makes its own
  }
}

/** Nothing is ever written into these files, so both may have the same. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
  }
}

/** The host's own /etc: small, and without the machine's users. */
function fillEtc(etc: string, hostname: string): void {
  const write = (name: string, lines: string[]) => writeFileSync(path.join(etc, name), `${lines.join('\n')}\n`)
  mkdirSync(etc, { recursive: true })
  write('passwd', [
    'root:x:0:0:Charlie &:/root:/bin/sh',
    'daemon:x:1:1:Owner of many system processes:/root:/usr/sbin/nologin',
    'nobody:x:65534:65534:Unprivileged user:/nonexistent:/usr/sbin/nologin',
  ])
  write('group', ['root:x:0:', 'daemon:x:1:', 'tty:x:5:', 'nogroup:x:65534:'])
  // Its own name must be found without asking a name server: there is no way out, and zfs-fuse waits for it.
  write('hosts', [`127.0.0.1 localhost ${hostname}`, '::1 localhost'])
  write('nsswitch.conf', ['passwd: files', 'group: files', 'shadow: files', 'hosts: files dns'])
  write('hostname', [hostname])
  write('resolv.conf', ['nameserver 10.0.0.1'])
  // os-release(5): by this whoever looks at the host learns that it is none of FreeBSD's.
  write('os-release', [
    'NAME="Cellblock sandbox"',
    'ID=cellblock-sandbox',
    'PRETTY_NAME="Cellblock sandbox on Linux"',
    'VARIANT_ID=sandbox',
    'VARIANT="A sandbox on Linux, not FreeBSD: its jails are real shells, addresses and file systems to try things out with."',
  ])
  try {
    copyFileSync(realpathSync('/etc/localtime'), path.join(etc, 'localtime'))
  } catch {
    // UTC, then.
  }
}
