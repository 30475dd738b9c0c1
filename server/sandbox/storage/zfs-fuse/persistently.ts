import type { CommandResult } from '../../command-result.ts'
import { run } from '../run.ts'

/** How often a step that another mount may still hold up is tried, and how long to wait in between. */
const TRIES = 20
const PAUSE_MS = 50

/**
 * `zfs ARGV`, again while it says busy (or, of a rollback, I/O error):
 * zfs-fuse lets go of a mount a moment after umount(2) is done.
 */
export async function persistently(argv: readonly string[], most = TRIES): Promise<CommandResult> {
  for (let tries = 1; ; tries++) {
    const result = await run('zfs', argv)
    if (result.status === 0 || tries >= most || !/busy|I\/O error/.test(result.stderr)) return result
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
