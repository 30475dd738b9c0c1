export type Main = (argv: string[]) => Promise<number>

/** What this file runs, by name; only the one that is asked for is loaded. */
const COMMANDS: Record<string, () => Promise<{ main: Main }>> = {
  iocage: () => import('./commands/iocage.ts'),
  jail: () => import('./commands/jail.ts'),
  zfs: () => import('./commands/zfs.ts'),
  zpool: () => import('./commands/zpool.ts'),
  sandbox: () => import('./commands/sandbox.ts'),
  'host-boot': () => import('./commands/host-boot.ts'),
}

async function run([name = '', ...argv]: string[]): Promise<number> {
  const load = COMMANDS[name]
  if (load === undefined) throw new Error(`there is no command "${name}"`)
  const { main } = await load()
  return await main(argv)
}

// Whoever reads our output may stop reading it: head(1).
process.stdout.on('error', () => process.exit(1))

/** Output to a pipe is written behind one's back: an exit before the reader took it would cut it off after 64 KiB. */
const written = (stream: NodeJS.WriteStream) => new Promise<unknown>((resolve) => stream.write('', resolve))

try {
  const status = await run(process.argv.slice(2))
  await Promise.all([written(process.stdout), written(process.stderr)])
  process.exit(status)
} catch (error) {
  const text = process.env['CELLBLOCK_DEBUG'] !== undefined && error instanceof Error ? error.stack : undefined
  process.stderr.write(`${process.argv[2]}: ${text ?? (error instanceof Error ? error.message : String(error))}\n`)
  process.exit(1)
}
