import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '@/lib/account.ts'
import type { Jail } from '@/lib/jail.ts'
import { buildPtyLauncher } from '../pty.ts'
import { ConsoleRegistry } from './console-registry.ts'
import { attachConsoleUpgrade } from './console-socket.ts'
import { TestViewer } from './test-viewer.ts'
import { ConsoleTickets } from './tickets.ts'

/** Whatever a page sends, the service answers by the protocol or closes with a reason, and another page never notices. */
const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-fuzz-'))
const socketPath = path.join(folder, 's')
const mk: Actor = { userId: 'u1', userName: 'mk', role: 'admin' }
const jo: Actor = { ...mk, userId: 'u2', userName: 'jo' }
const www = { id: 'iocage:www', tag: 'www', state: 'up', jid: 3, kind: 'jail' } as Jail
const tickets = new ConsoleTickets()
const faults: unknown[] = []
let consoles: ConsoleRegistry
const server = createServer()
let detach: () => void

beforeAll(async () => {
  const launcher = await buildPtyLauncher(
    folder,
    ([file, ...args]) =>
      new Promise((resolve) => {
        execFile(file, args, (error, _, output) => resolve({ exitCode: error === null ? 0 : 1, output }))
      }),
  )
  consoles = new ConsoleRegistry({
    launcher: async () => launcher,
    findJail: () => www,
    refreshJails: async () => undefined,
    argvFor: () => ['/bin/cat'],
    mayUse: () => true,
    sessionIsGood: () => true,
    audit: () => undefined,
    changed: () => undefined,
    log: (message) => void faults.push(message),
  })
  const deps = {
    consoles,
    tickets,
    authenticate: async ({ headers }: IncomingMessage) => ({
      sessionId: 's1',
      actor: headers.cookie === 'jo' ? jo : mk,
      address: '',
    }),
    log: (message: string) => void faults.push(message),
  }
  detach = attachConsoleUpgrade(server, deps)
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  process.on('uncaughtException', (error) => faults.push(error))
})
afterAll(async () => {
  await consoles.stop()
  detach()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -1, 1, 80, 2 ** 53, 1e300),
  fc.string({ maxLength: 3 }),
  fc.constant(null),
)
const message = fc.record(
  {
    type: fc.constantFrom('hello', 'resize', 'ack', 'exit', 'ready', '__proto__', ''),
    cols: number,
    rows: number,
    offset: number,
    ticket: fc.string(),
    viewer: fc.constantFrom(randomUUID(), 'x'),
  },
  { requiredKeys: ['type'] },
)
const frame = fc.oneof(
  { weight: 4, arbitrary: message.map((value) => ({ text: JSON.stringify(value) })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ cols: fc.integer({ min: 2, max: 500 }), rows: fc.integer({ min: 1, max: 200 }) })
      .map((size) => ({ text: JSON.stringify({ type: 'resize', ...size }) })),
  },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.json()).map((text) => ({ text })) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ bytes })) },
  { weight: 1, arbitrary: fc.integer({ min: 65_000, max: 66_000 }).map((size) => ({ bytes: new Uint8Array(size) })) },
  /** Text frames that are no UTF-8. */
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 20 }).map((raw) => ({ raw })) },
)

test('2,000 frames of every kind', { timeout: 120_000 }, async () => {
  const ticket = ({ userId } = mk) =>
    tickets.issue({ sessionId: 's1', userId, jailId: www.id, consoleId: undefined, fresh: false })
  const witness = new TestViewer(socketPath, { cookie: 'jo' })
  const { consoleId } = await witness.hello(ticket(jo))
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(frame, { minLength: 1, maxLength: 14 }), async (greets, frames) => {
      const viewer = new TestViewer(socketPath)
      if (greets) await viewer.hello(ticket())
      else await viewer.opened()
      for (const each of frames) {
        sent += 1
        if ('text' in each) viewer.socket.send(each.text)
        else if ('raw' in each) viewer.socket.send(each.raw, { binary: false })
        else viewer.socket.send(each.bytes)
      }
      // What was sent before is handled before the answer to this, or the connection is closed.
      let alive = false
      viewer.socket.once('pong', () => (alive = true))
      viewer.socket.ping()
      await viewer.until(() => alive || viewer.closed !== undefined, 'an answer')
      if (viewer.closed !== undefined) expect([1000, 1007, 1008, 1009]).toContain(viewer.closed.code)
      viewer.leave()
    }),
    { numRuns: 280 },
  )
  expect(sent).toBeGreaterThan(1_500)
  expect(faults).toEqual([])
  witness.type('still here\r')
  await witness.shows('still here')
  expect(consoles.list(jo).filter(({ id, ended }) => id === consoleId && ended === null)).toHaveLength(1)
  witness.leave()
})
