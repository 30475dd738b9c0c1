import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { readSandboxConfig, type SandboxConfig, sandboxPaths } from './state.ts'

/** Commands that are Node programs, and those that the helper is itself. */
const NODE_COMMANDS = ['iocage', 'jail', 'zfs', 'zpool']
const HELPER_COMMANDS = ['jexec', 'jls', 'ifconfig']

/** Renews the commands of an existing sandbox when `built` holds newer ones. */
export function renewCommands(state: string, built: string): void {
  const stamp = path.join(sandboxPaths(state).lib, 'stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === stampOf(built)) return
  installCommands(state, state, readSandboxConfig(sandboxPaths(state)), built)
}

/**
 * Copies the helper and the bundled commands into the sandbox in `folder`, which will be found as `state`:
 * a sandbox needs nothing of the repository that made it.
 */
export function installCommands(folder: string, state: string, config: SandboxConfig, built: string): void {
  const { lib, bin } = sandboxPaths(folder)
  const own = path.join(lib, 'bin')
  mkdirSync(own, { recursive: true })
  for (const name of ['cb', 'commands.mjs'])
    replace(path.join(lib, name), 0o755, (file) => copyFileSync(path.join(built, name), file))
  const prefix = path.dirname(path.dirname(process.execPath))
  const settings = [
    `hostname=${config.hostname}`,
    `dialect=${config.dialect}`,
    `node=${process.execPath}`,
    ...(prefix === '/usr' || prefix.startsWith('/usr/') || prefix === '/' ? [] : [`node_prefix=${prefix}`]),
  ]
  replace(path.join(lib, 'host.conf'), 0o644, (file) => writeFileSync(file, `${settings.join('\n')}\n`))
  const helper = quoted(path.join(sandboxPaths(state).lib, 'cb'))
  const front = (name: string, words: string) =>
    replace(path.join(bin, name), 0o755, (file) => writeFileSync(file, `#!/bin/sh\nexec ${helper} ${words} "$@"\n`))
  for (const name of NODE_COMMANDS) front(name, `node ${name}`)
  for (const name of HELPER_COMMANDS) front(name, name)
  // Only for programs on the host itself: a user's own ping must not end up here.
  for (const name of ['ping', 'route'])
    replace(path.join(own, name), 0o755, (file) => writeFileSync(file, `#!/bin/sh\nexec ${helper} ${name} "$@"\n`))
  replace(path.join(own, 'sudo'), 0o755, (file) => writeFileSync(file, SUDO))
  replace(path.join(lib, 'stamp'), 0o644, (file) => writeFileSync(file, stampOf(built)))
}

/** Whoever is on the sandbox host is its root already; what FreeBSD's guides put in front works all the same. */
const SUDO = `#!/bin/sh
while :; do
  case $1 in
  --) shift; break ;;
  -u) [ "$2" = root ] || { echo "sudo: the sandbox host has no user $2" >&2; exit 1; }; shift 2 ;;
  -n|-E|-H|-S) shift ;;
  -*) echo "usage: sudo [-nEHS] [-u root] command [argument ...]" >&2; exit 1 ;;
  *) break ;;
  esac
done
[ $# -gt 0 ] || { echo "usage: sudo [-nEHS] [-u root] command [argument ...]" >&2; exit 1; }
exec "$@"
`

const stampOf = (built: string) =>
  ['cb', 'commands.mjs'].map((name) => `${statSync(path.join(built, name)).mtimeMs}`).join(' ') + ` ${process.execPath}`

/** Under a temporary name first: the commands may be in use. */
function replace(file: string, mode: number, write: (file: string) => void): void {
  const temporary = `${file}.${process.pid}.tmp`
  write(temporary)
  chmodSync(temporary, mode)
  renameSync(temporary, file)
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
