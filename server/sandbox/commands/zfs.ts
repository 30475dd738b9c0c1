import { zfs } from '../storage/zfs.ts'

/** The command `zfs`: prints what the storage answers. */
export async function main(argv: string[]): Promise<number> {
  const { status, stdout, stderr } = await zfs(...argv)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  return status
}
