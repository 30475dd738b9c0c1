import type { Server } from 'node:http'
import path from 'node:path'
import type { Jail } from '@/lib/jail.ts'
import type { AllowsCommand } from '../allowed-commands.ts'
import type { PropertyValue } from '../drivers/driver.ts'
import type { EventHub } from '../events/event-hub.ts'
import type { HandlersOf } from '../handlers.ts'
import { buildPtyLauncher } from '../pty.ts'
import type { RunCommand } from '../run-command.ts'
import { PanelError } from '@/lib/errors.ts'
import type { RecordingVerb } from '../recordings/recording-handlers.ts'
import { createRecordingHandlers } from '../recordings/recording-handlers.ts'
import type { Recordings } from '../recordings/recordings.ts'
import type { Streams } from '../streams/streams.ts'
import type { ConsoleSettings } from './console-argv.ts'
import { consoleArgv, consoleUser, DEFAULT_CONSOLE_SETTINGS } from './console-argv.ts'
import { ConsoleHttp } from './console-http.ts'
import type { ConsoleVerb } from './console-handlers.ts'
import { createConsoleHandlers } from './console-handlers.ts'
import type { ConsoleLimits, ConsoleWorld } from './console-registry.ts'
import { ConsoleRegistry } from './console-registry.ts'
import type { ConsoleUpgradeDeps } from './console-socket.ts'
import { attachConsoleUpgrade } from './console-socket.ts'
import { readJailUsers } from './jail-users.ts'
import { ConsoleTickets } from './tickets.ts'

/** Recordings that are too old or too much are looked for each so often, in milliseconds. */
const RETENTION_MS = 60 * 60_000
/** Compiling the launcher takes 0.1 s; on a busy host more, in milliseconds. */
const COMPILE_TIMEOUT_MS = 60_000

export interface ConsolesDeps extends Pick<ConsoleWorld, 'mayUse' | 'sessionIsGood' | 'noteUse' | 'audit' | 'log'> {
  /** Folder of the service's state; a small program is compiled into it. */
  stateFolder: string
  /** Absolute path of jexec. */
  jexec: string
  /** What may be started on a pty. */
  allows: AllowsCommand
  inventory: {
    find(id: string): Jail | undefined
    look(): Promise<void>
    waitFor(condition: () => boolean, timeoutMs: number): Promise<boolean>
    snapshot(): { host: { driver: { dialect: 'uuid-tag' | 'name' } | null } }
  }
  /** Properties of a jail as its manager keeps them. */
  properties(jailId: string): readonly PropertyValue[]
  run: RunCommand
  recordings: Recordings
  streams: Streams
  events: Pick<EventHub, 'subscribe' | 'publish'>
  authenticate: ConsoleUpgradeDeps['authenticate']
  limits?: Partial<ConsoleLimits>
}

export interface Consoles {
  handlers: HandlersOf<ConsoleVerb | RecordingVerb>
  /** Throws `not_found` when a running jail has no such user. */
  mustHaveUser(jail: Jail, user: string): Promise<void>
  registry: ConsoleRegistry
  /** Serves consoles over plain requests. */
  serveHttp: ConsoleHttp['serve']
  /** Serves the WebSocket on the service's HTTP server; returns the way to end that. */
  attach(server: Server): () => void
  /** Ends all consoles. */
  stop(): Promise<void>
}

/** The console feature of the service, put together. */
export function createConsoles(deps: ConsolesDeps): Consoles {
  const { inventory, events, log } = deps
  let launcher: Promise<string> | undefined
  const build = async () => {
    launcher ??= buildPtyLauncher(path.join(deps.stateFolder, 'bin'), (argv) =>
      deps.run(argv, { timeoutMs: COMPILE_TIMEOUT_MS }),
    )
    launcher.catch(() => (launcher = undefined)) // the next console tries again
    return launcher
  }
  const tickets = new ConsoleTickets()
  const usersOf = (jail: Jail) => readJailUsers(jail, deps.jexec, deps.run)
  async function mustHaveUser(jail: Jail, user: string): Promise<void> {
    if (!(await usersOf(jail)).some(({ name }) => name === user))
      throw new PanelError('not_found', `${jail.tag} has no user ${user}.`)
  }
  const changed = () => events.publish({ type: 'consoles.changed' })
  const registry = new ConsoleRegistry(
    {
      ...deps,
      launcher: build,
      findJail: (id) => inventory.find(id),
      refreshJails: () => inventory.look(),
      waitForJail: (id, gone, timeoutMs) => inventory.waitFor(() => gone(inventory.find(id)), timeoutMs),
      async commandFor(jail, choice) {
        const dialect = inventory.snapshot().host.driver?.dialect ?? null
        const settings = settingsOf(deps.properties(jail.id), dialect)
        if (choice.user !== undefined) await mustHaveUser(jail, choice.user)
        const argv = consoleArgv(jail, settings, deps.jexec, choice)
        if (!deps.allows(argv)) throw new PanelError('conflict', `The console of ${jail.tag} cannot be opened.`)
        return { argv, user: consoleUser(settings, choice) }
      },
      changed,
    },
    deps.limits,
  )
  const unsubscribe = events.subscribe((event) => {
    if (event.type === 'jail.changed') registry.jailChanged(event.jail.id)
    if (event.type === 'jail.removed') registry.jailChanged(event.id)
  })
  const removeOld = () => {
    const removed = deps.recordings.sweep()
    if (removed.length > 0) changed()
    for (const { id, tag, startedAt } of removed)
      log(`recordings: ${id} of ${tag}, ${startedAt}, was removed: the policy keeps it no longer`)
  }
  removeOld()
  const retention = setInterval(removeOld, RETENTION_MS).unref()
  build().catch((error: unknown) => log(`consoles: ${error instanceof Error ? error.message : String(error)}`))
  const http = new ConsoleHttp({ consoles: registry, tickets, authenticate: deps.authenticate, log })
  return {
    registry,
    mustHaveUser,
    handlers: {
      ...createConsoleHandlers({
        ...{ consoles: registry, tickets, recordings: deps.recordings, usersOf },
        findJail: (id) => inventory.find(id),
      }),
      ...createRecordingHandlers({ recordings: deps.recordings, streams: deps.streams, changed }),
    },
    serveHttp: (channel, request, response) => http.serve(channel, request, response),
    attach: (server) =>
      attachConsoleUpgrade(server, { consoles: registry, tickets, authenticate: deps.authenticate, log }),
    async stop() {
      unsubscribe()
      clearInterval(retention)
      await registry.stop()
      http.stop()
    },
  }
}

function settingsOf(properties: readonly PropertyValue[], dialect: ConsoleSettings['dialect']): ConsoleSettings {
  const valueOf = (name: string) => properties.find((property) => property.name === name)?.value
  return {
    dialect,
    loginFlags: valueOf('login_flags') ?? DEFAULT_CONSOLE_SETTINGS.loginFlags,
    fib: valueOf('exec_fib') ?? DEFAULT_CONSOLE_SETTINGS.fib,
  }
}
