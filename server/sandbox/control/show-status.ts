import { existsSync } from 'node:fs'
import path from 'node:path'
import { runProgram } from '../run-program.ts'
import { readSandboxConfig, type SandboxPaths } from '../state.ts'

const MODES: Record<string, string> = {
  root: 'root',
  'user-many': 'ordinary user, with user ids of its own for jails',
  'user-one': 'ordinary user with one user id: everybody in a jail is root (install uidmap for more)',
}

/** Prints what there is: the folder, how it was made, whether its host is up. Starts nothing. */
export async function showStatus(paths: SandboxPaths): Promise<void> {
  const line = (name: string, value: string) => process.stdout.write(`${`${name}:`.padEnd(10)}${value}\n`)
  line('folder', paths.state)
  if (!existsSync(paths.config)) {
    line('sandbox', 'none yet; the first command makes it')
    return
  }
  const { dialect, storage, hostname, createdAt } = readSandboxConfig(paths)
  line('made', createdAt)
  line('iocage', dialect)
  line('storage', storage)
  line('hostname', hostname)
  const helper = path.join(paths.lib, 'cb')
  const host = await runProgram(helper, ['host-pid'])
  line('host', host.status === 0 ? `up, process ${host.stdout.trim()}` : 'down; the next command starts it')
  const mode = (await runProgram(helper, ['probe'])).stdout.trim()
  line('runs as', mode.startsWith('no: ') ? `not possible: ${mode.slice(4)}` : (MODES[mode] ?? mode))
  if (host.status === 0)
    line('jails', String((await runProgram(helper, ['jls', 'jid'])).stdout.split('\n').filter(Boolean).length))
}
