import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz } from '../../fuzz.ts'
import { jo, startTestConsoles } from './test-consoles.ts'
import type { TestConsoles } from './test-consoles.ts'

/** Whatever a page sends, the service answers by the protocol or closes with a reason, and another page never notices. */
const FRAMES_A_RUN = 7
const faults: unknown[] = []
let all: TestConsoles

beforeAll(async () => {
  all = await startTestConsoles()
  all.world.argv = ['/bin/cat']
  process.on('uncaughtException', (error) => faults.push(error))
  process.on('unhandledRejection', (error) => faults.push(error))
})
afterAll(() => all.stop())

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -1, 1, 80, 2 ** 53, 1e300),
  fc.string({ maxLength: 3 }),
  fc.constant(null),
)
const message = fc.record(
  {
    type: fc.constantFrom('hello', 'resize', 'ack', 'drive', 'exit', 'ready', '__proto__', ''),
    on: fc.oneof(fc.boolean(), number),
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

test('frames of every kind', { timeout: FUZZ_TIMEOUT_MS }, async () => {
  const witness = all.page({ cookie: 'other' })
  const { consoleId } = await witness.hello(all.ticket({ sessionId: 's2', userId: jo.userId }))
  let sent = 0
  await fuzz(
    'frames to the service’s socket',
    fc.asyncProperty(
      fc.constantFrom('input', 'watch', 'nobody'),
      fc.array(frame, { minLength: 1, maxLength: FRAMES_A_RUN * 2 }),
      async (mode, frames) => {
        const viewer = all.page()
        if (mode === 'nobody') await viewer.opened()
        else await viewer.hello(all.ticket({ mode }))
        for (const each of frames) {
          sent += 1
          if ('text' in each) viewer.socket.send(each.text)
          else if ('raw' in each) viewer.socket.send(each.raw, { binary: false })
          else viewer.socket.send(each.bytes)
        }
        // What was sent before is handled before the answer to this, or the connection is closed.
        viewer.socket.ping()
        await viewer.until(() => viewer.pongs > 0 || viewer.closed !== undefined, 'an answer')
        if (viewer.closed !== undefined) expect([1000, 1007, 1008, 1009]).toContain(viewer.closed.code)
        viewer.leave()
      },
    ),
    { few: 120, many: Math.ceil(110_000 / FRAMES_A_RUN), unit: { name: 'frames', count: () => sent } },
  )
  expect(sent).toBeGreaterThan(500)
  expect(faults).toEqual([])
  expect(all.world.log).toEqual([])
  witness.type('still here\r')
  await witness.shows('still here')
  expect(all.consoles.list(jo).filter(({ id, ended }) => id === consoleId && ended === null)).toHaveLength(1)
})
