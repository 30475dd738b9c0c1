import { existsSync } from 'node:fs'
import path from 'node:path'
import { storageContext } from '../context.ts'
import { run } from '../run.ts'

/**
 * Makes the pools full while the fault `disk-full` is on: all free space is reserved for the top dataset,
 * so that whoever writes to one below it gets the file system's own ENOSPC.
 */
export async function followFullDisk(): Promise<void> {
  const full = existsSync(path.join(storageContext().paths.faults, 'disk-full'))
  const { stdout } = await run('zfs', ['list', '-H', '-d', '0', '-o', 'name'])
  for (const name of stdout.split('\n').filter((line) => line !== '')) {
    const { stdout: reserved } = await run('zfs', ['get', '-Hp', '-o', 'value', 'refreservation', name])
    const isFull = Number(reserved) > 0
    if (full === isFull) continue
    if (!full) await run('zfs', ['set', 'refreservation=none', name])
    else {
      const { stdout: free } = await run('zfs', ['get', '-Hp', '-o', 'value', 'available', name])
      await run('zfs', ['set', `refreservation=${Number(free)}`, name])
    }
  }
}
