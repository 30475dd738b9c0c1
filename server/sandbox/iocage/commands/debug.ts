import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { zfs, zpool } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { hostCommand } from '../model/host.ts'
import { readJails } from '../model/jail.ts'
import { dumps } from '../python.ts'
import { readFstabText } from '../jails/fstab-file.ts'

/** Writes what helps to find a fault into text files below `debug/`, silently. */
export const run: CommandRun = async (iocage, parsed) => {
  const folder = parsed.values['directory'] ?? path.join(iocage.root, 'debug')
  mkdirSync(folder, { recursive: true })
  const host = [
    ['zpool list', (await zpool('list')).stdout],
    ['zfs list', (await zfs('list', '-r', `${iocage.pool}/iocage`)).stdout],
    ['jls -v', (await hostCommand('jls', ['-v'])).stdout],
    ['ifconfig', (await hostCommand('ifconfig', [])).stdout],
  ]
  writeFileSync(path.join(folder, 'host.txt'), host.map(([title, text]) => `${title}\n\n${text}\n`).join('\n'))
  for (const jail of readJails(iocage)) {
    const text = `${dumps(jail.config)}\n\nfstab\n\n${readFstabText(jail.path).join('\n')}\n`
    writeFileSync(path.join(folder, `${jail.folder}.txt`), text)
  }
}
