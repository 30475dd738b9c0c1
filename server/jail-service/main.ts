import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import packageJson from '@/package.json' with { type: 'json' }
import { errorChain } from '@/lib/errors.ts'
import { createService } from './create-service.ts'
import { readConfig, USAGE } from './config.ts'
import { hostIdOf, lockState, openDb } from './db.ts'
import { isHostCommand, runHostCommand } from './host-command.ts'
import { createLog } from './log.ts'
import { ownFolderProblem } from './safe-folder.ts'
import { listenOn, othersInGroup } from './socket.ts'
import { EXIT_CONFIG, StartRefusal } from './start-refusal.ts'

/** After this long the end of the service waits for nothing more, in milliseconds: below its supervisor's patience. */
const END_MAX_MS = 13_000

async function main(): Promise<void> {
  const argv = process.argv.slice(2)
  if (isHostCommand(argv)) {
    process.exitCode = await runHostCommand(argv, (line) => process.stdout.write(`${line}\n`))
    return
  }
  const config = readConfig(argv)
  if (config === 'help') return void process.stdout.write(USAGE)
  // No file system is kept busy by us; paths were made absolute above.
  process.chdir('/')
  // Commands and consoles inherit it; files of our own are made with the mode they need.
  process.umask(0o022)
  const log = createLog(config.logLevel)
  mkdirSync(config.state, { recursive: true, mode: 0o700 })
  try {
    chmodSync(config.state, 0o700)
  } catch {
    // Somebody else's: the next line says whose.
  }
  const notOurs = ownFolderProblem(config.state)
  if (notOurs !== undefined) throw new StartRefusal(`the state folder is not safe: ${notOurs}`)
  const lock = lockState(config.state)
  const db = openDb(path.join(config.state, 'service.db'))

  const service = await createService({ config, db, hostId: hostIdOf(db), version: packageJson.version, log })
  await listenOn(service.server, config.socket, config.panelUser)
  const others = config.panelUser === undefined ? [] : othersInGroup(config.panelUser)
  if (others.length > 0)
    log.warn(
      { others },
      `the group of the panel’s user has more members, who may connect as the panel does: ${others.join(', ')}. Give the panel a group of its own.`,
    )
  log.info({ socket: config.socket, pid: process.pid }, 'the jail service answers')

  let ending = false
  const end = async (signal: string) => {
    if (ending) return
    ending = true
    log.info({ signal }, 'ending')
    setTimeout(() => process.exit(1), END_MAX_MS).unref()
    await service.stop()
    db.close()
    lock.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(signal))
  // A fault in one corner must not take everyone's consoles along; what it was is in the log.
  process.on('unhandledRejection', (error) => log.error({ error: errorChain(error) }, 'a promise was not awaited'))
}

main().catch((error: unknown) => {
  if (error instanceof StartRefusal) {
    process.stderr.write(`jail-service: ${error.message}\n`)
    process.exit(EXIT_CONFIG)
  }
  process.stderr.write(`jail-service: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
})
