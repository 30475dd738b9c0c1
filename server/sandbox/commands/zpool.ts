import { zpool } from '../storage/zfs.ts'

/** The command `zpool`: prints what the storage answers. */
export async function main(argv: string[]): Promise<number> {
  const { status, stdout, stderr } = await zpool(...argv)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  return status
}
