import { bytesLeft } from '../full-disk.ts'
import { run } from '../run.ts'

/**
 * Makes the pools full while the fault `disk-full` is on: all free space is reserved for the top dataset,
 * so that whoever writes to one below it gets the file system's own ENOSPC.
 */
export async function followFullDisk(): Promise<void> {
  const left = bytesLeft()
  const { stdout } = await run('zfs', ['list', '-H', '-d', '0', '-o', 'name'])
  for (const name of stdout.split('\n').filter((line) => line !== '')) {
    const { stdout: reserved } = await run('zfs', ['get', '-Hp', '-o', 'value', 'refreservation', name])
    if (left === undefined) {
      if (Number(reserved) > 0) await run('zfs', ['set', 'refreservation=none', name])
      continue
    }
    // Again each time: what was deleted meanwhile is not to be written to either.
    const { stdout: free } = await run('zfs', ['get', '-Hp', '-o', 'value', 'usedbyrefreservation,available', name])
    const [kept = 0, available = 0] = free.trim().split('\n').map(Number)
    const wanted = Math.max(1, Math.max(kept, available) - left)
    if (wanted !== Number(reserved)) await run('zfs', ['set', `refreservation=${wanted}`, name])
  }
}
