import { jail } from '../jails.ts'

/** The command `jail`. */
export async function main(argv: string[]): Promise<number> {
  const { status, stdout, stderr } = await jail(argv)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  return status
}
