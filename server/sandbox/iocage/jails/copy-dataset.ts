import { zfs } from '../../storage/zfs.ts'
import { traceback } from '../errors.ts'
import { hostCommand } from '../model/host.ts'

/**
 * Fills `target` (a dataset that is there, mounted at `folder`) with the files of a snapshot: what the real one does
 * by `zfs send | zfs receive`, here by a clone for a moment and a copy, which works on every storage.
 */
export async function copySnapshot(snapshot: string, target: string, folder: string): Promise<void> {
  const clone = `${target}.copy`
  const must = async (result: Promise<{ status: number; stderr: string }>) => {
    const { status, stderr } = await result
    if (status !== 0) throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
  }
  await must(zfs('clone', snapshot, clone))
  try {
    await must(hostCommand('cp', ['-a', '--reflink=auto', `${folder}.copy/.`, folder]))
  } finally {
    await zfs('destroy', '-r', clone)
  }
}
