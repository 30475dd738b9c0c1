import { zfs, zfsReceive, zfsSend } from '../storage/zfs.ts'

/** The command `zfs`: prints what the storage answers; streams of `send` and `receive` pass through. */
export async function main(argv: string[]): Promise<number> {
  const { status, stdout, stderr } = await answer(argv)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  return status
}

function answer([word, ...rest]: string[]) {
  if (word === 'send') {
    if (process.stdout.isTTY)
      return Promise.resolve({ status: 1, stdout: '', stderr: 'Error: Stream can not be written to a terminal.\nYou must redirect standard output.\n' }) // prettier-ignore
    return zfsSend(rest, process.stdout)
  }
  if (word === 'receive' || word === 'recv') return zfsReceive(rest, process.stdin)
  return zfs(...(word === undefined ? [] : [word]), ...rest)
}
