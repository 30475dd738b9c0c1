/** Something that zfs(8) refuses: its message is what goes to stderr (without the final newline), exit code 1. */
export class ZfsFailure extends Error {
  override name = 'ZfsFailure'
}
