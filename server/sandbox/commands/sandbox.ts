import { mkdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { changeFault } from '../control/faults.ts'
import { haltSandbox, resetSandbox } from '../control/reset-sandbox.ts'
import { runAsRoot, runInHost } from '../control/run-in-host.ts'
import { showStatus } from '../control/show-status.ts'
import { renewCommands } from '../install-commands.ts'
import { makeSandbox } from '../make-sandbox.ts'
import { type SandboxPaths, sandboxPaths } from '../state.ts'

const HELP = `A FreeBSD-like jail host on Linux, to try, develop and test with. It is not FreeBSD.

  npm run --silent sandbox -- COMMAND ARGUMENT…   run a command on the sandbox host: iocage list
  npm run --silent sandbox -- bin                 print a folder of commands to put in front of PATH
  npm run --silent sandbox -- as-root ansible …   run a program with this machine's files and the sandbox's commands
  npm run --silent sandbox -- status              what there is, and whether its host is up
  npm run --silent sandbox -- halt                end the host and its jails; files stay
  npm run --silent sandbox -- reset               remove the sandbox with everything in it
  npm run --silent sandbox -- fault NAME on|off   make something fail; "fault list" tells what can

The commands are iocage, jail, jls, jexec, ifconfig, zfs and zpool, as on FreeBSD, and this machine's own.

  CELLBLOCK_SANDBOX   folder of the sandbox (now STATE)
  CELLBLOCK_IOCAGE    iocage of a new one: 0.9.7 (UUID and tag, the default) or 1.13 (names)
  CELLBLOCK_STORAGE   storage of a new one: folders (the default) or zfs
  CELLBLOCK_HOSTNAME  host name of a new one
  CELLBLOCK_BASE_OF   folder of another one: a new one takes what its releases are made of,
                      and its first fetch takes some seconds less
`

/** What `npm run sandbox -- …` does. */
export async function main([command = '--help', ...argv]: string[]): Promise<number> {
  const built = path.dirname(fileURLToPath(import.meta.url))
  const paths = sandboxPaths(stateFolder(built))
  switch (command) {
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(HELP.replace('STATE', paths.state))
      return 0
    case 'reset':
      await resetSandbox(paths)
      return 0
    case 'halt':
      await haltSandbox(paths)
      return 0
    case 'status':
      await showStatus(paths)
      return 0
    default:
  }
  haveSandbox(paths, built)
  switch (command) {
    case 'bin':
      process.stdout.write(`${paths.bin}\n`)
      return 0
    case 'as-root':
      return await runAsRoot(paths, argv)
    case 'fault':
      changeFault(paths, argv)
      // Storage looks at its faults when it works: have it do so now.
      return argv[0] === 'disk-full' ? await runInHost(paths, ['zfs', 'mount', '-a']) : 0
    default:
      return await runInHost(paths, command === '--' ? argv : [command, ...argv])
  }
}

/** The sandbox's folder by its real name: the host has it under the same one. */
function stateFolder(built: string): string {
  const wanted = path.resolve(process.env['CELLBLOCK_SANDBOX'] || path.join(built, '..', '..', '.cellblock', 'sandbox'))
  try {
    return realpathSync(wanted)
  } catch {
    const parent = path.dirname(wanted)
    mkdirSync(parent, { recursive: true })
    return path.join(realpathSync(parent), path.basename(wanted))
  }
}

function haveSandbox({ state }: SandboxPaths, built: string): void {
  makeSandbox(
    state,
    {
      dialect: process.env['CELLBLOCK_IOCAGE'],
      storage: process.env['CELLBLOCK_STORAGE'],
      hostname: process.env['CELLBLOCK_HOSTNAME'],
      baseOf: process.env['CELLBLOCK_BASE_OF'],
    },
    built,
  )
  renewCommands(state, built)
}
