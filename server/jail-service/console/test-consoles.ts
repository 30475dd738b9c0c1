import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Actor } from '@/lib/account.ts'
import type { Jail } from '@/lib/jail.ts'
import { openDb } from '../db.ts'
import { buildPtyLauncher } from '../pty.ts'
import type { Recordings } from '../recordings/recordings.ts'
import { openRecordings } from '../recordings/recordings.ts'
import { createRunCommand } from '../run-command.ts'
import type { ConsoleAuditRow, ConsoleLimits } from './console-registry.ts'
import { ConsoleRegistry } from './console-registry.ts'
import { attachConsoleUpgrade } from './console-socket.ts'
import { TestViewer } from './test-viewer.ts'
import type { Ticket } from './tickets.ts'
import { ConsoleTickets } from './tickets.ts'

export const mk: Actor = { userId: 'u1', userName: 'mk', role: 'admin' }
export const jo: Actor = { userId: 'u2', userName: 'jo', role: 'admin' }
export const www = { id: 'iocage:www', tag: 'www', state: 'up', jid: 3, kind: 'jail' } as Jail

/** What the world around the consoles is like; a test changes it as it goes. */
export interface TestWorld {
  jail: Jail | undefined
  /** Waiting for the jail's end is in vain. */
  jailStays: boolean
  /** Someone waits, or waited, for the jail's end. */
  waitsForJail: boolean
  argv: string[]
  /** Users who may use consoles. */
  may: Set<string>
  sessionIsGood: boolean
  audit: ConsoleAuditRow[]
  auditFails: boolean
  log: string[]
}

/** Real ptys, real programs, real recordings, a real WebSocket over a Unix socket; only the jail around is left out. */
export interface TestConsoles {
  readonly folder: string
  readonly socketPath: string
  readonly world: TestWorld
  readonly consoles: ConsoleRegistry
  readonly recordings: Recordings
  /** A ticket for mk in www. */
  ticket: (more?: Partial<Ticket>) => string
  page: (options?: ConstructorParameters<typeof TestViewer>[1]) => TestViewer
  /** A page with a shell at its prompt. */
  shell: (
    options?: ConstructorParameters<typeof TestViewer>[1],
    more?: Partial<Ticket>,
  ) => Promise<{ viewer: TestViewer; ready: Awaited<ReturnType<TestViewer['hello']>> }>
  stop: () => Promise<void>
}

let launcher: Promise<string> | undefined
let launcherFolder = ''

function launcherOnce(): Promise<string> {
  launcherFolder = mkdtempSync(path.join(tmpdir(), 'cellblock-launcher-'))
  process.once('exit', () => rmSync(launcherFolder, { recursive: true, force: true }))
  const run = createRunCommand({ allows: () => true })
  return buildPtyLauncher(launcherFolder, (argv) => run(argv, { timeoutMs: 60_000 }))
}

/** Cookies that the tests' visitors show: `good` is mk, `other` is jo. */
const visitors: Record<string, { sessionId: string; actor: Actor; address: string }> = {
  good: { sessionId: 's1', actor: mk, address: '10.0.0.9' },
  other: { sessionId: 's2', actor: jo, address: '10.0.0.8' },
}

export async function startTestConsoles(
  limits: Partial<ConsoleLimits> = {},
  { recordingsFolder }: { recordingsFolder?: string } = {},
): Promise<TestConsoles> {
  launcher ??= launcherOnce()
  const program = await launcher
  const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-console-'))
  const socketPath = path.join(folder, 's')
  const world: TestWorld = {
    ...{
      jail: www,
      jailStays: false,
      waitsForJail: false,
      argv: ['/bin/sh'],
      may: new Set([mk.userId, jo.userId]),
      sessionIsGood: true,
    },
    ...{ audit: [], auditFails: false, log: [] },
  }
  const db = openDb(path.join(folder, 'db'))
  const log = (message: string) => void world.log.push(message)
  const recordings = openRecordings(db, recordingsFolder ?? path.join(folder, 'recordings'), log)
  const tickets = new ConsoleTickets()
  const consoles = new ConsoleRegistry(
    {
      launcher: async () => program,
      findJail: () => world.jail,
      refreshJails: async () => undefined,
      waitForJail: (_id, gone) =>
        new Promise((resolve) => {
          world.waitsForJail = true
          const poll = setInterval(() => {
            if (!gone(world.jail) && !world.jailStays) return
            clearInterval(poll)
            resolve(gone(world.jail))
          }, 5)
        }),
      commandFor: async (_, { user = 'root', command }) => ({
        argv: command === undefined ? world.argv : ['/bin/sh', '-c', command],
        user,
      }),
      mayUse: (userId) => world.may.has(userId),
      sessionIsGood: () => world.sessionIsGood,
      audit: (row) => {
        if (world.auditFails) throw new Error('disk full')
        world.audit.push(row)
      },
      recordings,
      changed: () => undefined,
      log,
    },
    limits,
  )
  const server = createServer()
  const detach = attachConsoleUpgrade(server, {
    consoles,
    tickets,
    authenticate: async ({ headers }) => visitors[headers.cookie ?? ''],
    log,
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))

  const viewers = new Set<TestViewer>()
  const ticket: TestConsoles['ticket'] = (more = {}) =>
    tickets.issue({
      ...{ sessionId: 's1', userId: mk.userId, jailId: www.id, consoleId: undefined, fresh: false },
      ...{ mode: 'input', choice: {}, reason: '' },
      ...more,
    })
  const page: TestConsoles['page'] = (options = {}) => {
    const viewer = new TestViewer(socketPath, options)
    viewers.add(viewer)
    // A terminal is megabytes, and a test may have thousands of them.
    viewer.socket.once('close', () => viewers.delete(viewer))
    return viewer
  }
  return {
    ...{ folder, socketPath, world, consoles, recordings, ticket, page },
    async shell(options = {}, more = {}) {
      const viewer = page(options)
      const ready = await viewer.hello(ticket(more))
      await viewer.shows(/[#$] ?$/)
      return { viewer, ready }
    },
    async stop() {
      for (const viewer of viewers) viewer.leave()
      await consoles.stop()
      detach()
      await new Promise((resolve) => server.close(resolve))
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
