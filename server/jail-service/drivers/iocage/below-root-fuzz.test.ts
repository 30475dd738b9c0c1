import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz } from '../../../fuzz.ts'
import { readBelow, resolveBelow } from './below-root.ts'

const name = fc.constantFrom('a', 'b', 'etc', 'resolv.conf')
const place = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const target = fc.oneof(
  fc
    .array(fc.constantFrom('..', '.', 'a', 'b', 'etc', 'resolv.conf'), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('/')),
  fc.constantFrom('/', '/etc/passwd', 'OUTSIDE', '../secret', 'a//b/'),
)
const tree = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('link'), place, target }),
    fc.record({ kind: fc.constant('file'), place, target: fc.constant('') }),
  ),
  { minLength: 1, maxLength: 6 },
)

let folder: string
let root: string
let secret: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'below-')))
  secret = path.join(folder, 'secret')
  writeFileSync(secret, 'of the host')
  root = path.join(folder, 'root')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Makes a tree; answers what its files hold. */
function plant(entries: readonly { kind: string; place: string; target: string }[]): Map<string, string> {
  const files = new Map<string, string>()
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root)
  for (const entry of entries) {
    const at = path.join(root, entry.place)
    try {
      // A link in the way leads where it leads; what is made through it must stay in our own folder.
      if (!realpathSync(mkdirSync(path.dirname(at), { recursive: true }) ?? path.dirname(at)).startsWith(root)) continue
      if (entry.kind === 'file') {
        writeFileSync(at, `of the jail: ${entry.place}`, { flag: 'wx' })
        files.set(realpathSync(at), `of the jail: ${entry.place}`)
      } else symlinkSync(entry.target === 'OUTSIDE' ? secret : entry.target, at)
    } catch {
      continue // something is there already, or no folder can be
    }
  }
  return files
}

test(
  'whatever links a jail’s root has, nothing outside of it is taken for inside, or read; what is inside is read',
  () =>
    fuzz(
      'trees with links',
      fc.property(tree, place, (entries, asked) => {
        const files = plant(entries)
        const resolved = resolveBelow(root, asked)
        const read = readBelow(root, asked)
        expect(read ?? '').not.toContain('of the host')
        if (resolved.kind !== 'inside') {
          expect(read).toBeUndefined()
          return
        }
        const real = realpathSync(resolved.path)
        expect(real === root || real.startsWith(`${root}/`), `${asked} leads to ${real}`).toBe(true)
        expect(read).toBe(files.get(real))
      }),
      { few: 300, many: 20_000 },
    ),
  FUZZ_TIMEOUT_MS,
)

/** Who has the turn, in `turns[0]`; how often the link was in the folder's place, in `turns[1]`. */
const TURN = { idle: 0, begin: 1, racing: 2, stop: 3 } as const

/**
 * What a jail's root does while the host reads: again and again a folder on the way is a link to the host's, and then the
 * folder again. In a thread of its own, so that it happens between any two calls of the walker.
 */
const LINKER = `
const { renameSync } = require('node:fs')
const { parentPort, workerData: { memory, place, aside, link } } = require('node:worker_threads')
const turns = new Int32Array(memory)
parentPort.postMessage('ready')
const take = (turn) => { Atomics.store(turns, 0, turn); Atomics.notify(turns, 0) }
for (;;) {
  Atomics.wait(turns, 0, ${TURN.idle})
  if (Atomics.load(turns, 0) !== ${TURN.begin}) continue
  take(${TURN.racing})
  while (Atomics.load(turns, 0) === ${TURN.racing}) {
    renameSync(place, aside)
    renameSync(link, place)
    Atomics.add(turns, 1, 1)
    renameSync(place, link)
    renameSync(aside, place)
  }
  take(${TURN.idle})
}
`

test(
  'a link that comes and goes while the path is walked leads nowhere',
  async () => {
    const outside = path.join(folder, 'host')
    mkdirSync(path.join(outside, 'b/c'), { recursive: true })
    for (const file of ['f', 'b/f', 'b/c/f']) writeFileSync(path.join(outside, file), 'of the host')
    const [swapped, aside, link] = ['swapped', 'aside', 'link'].map((one) => path.join(root, one)) as [
      string,
      string,
      string,
    ]
    const turns = new Int32Array(new SharedArrayBuffer(8))
    const worker = new Worker(LINKER, { eval: true, workerData: { memory: turns.buffer, place: swapped, aside, link } })
    await once(worker, 'message')
    const hand = (turn: number, until: number) => {
      Atomics.store(turns, 0, turn)
      Atomics.notify(turns, 0)
      if (Atomics.wait(turns, 0, turn, 20_000) === 'timed-out' || Atomics.load(turns, 0) !== until)
        throw new Error('the linker does not answer')
    }
    const found = new Set<string>()
    try {
      await fuzz(
        'trees with a racing linker',
        fc.property(
          // What is below the folder that is swapped, by which way the file is asked for, and how often.
          fc.constantFrom('', 'b', 'b/c'),
          fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
          fc.constantFrom('straight', 'by a link', 'up and down'),
          fc.integer({ min: 3, max: 12 }),
          (below, above, way, reads) => {
            rmSync(root, { recursive: true, force: true })
            mkdirSync(path.join(swapped, below), { recursive: true })
            writeFileSync(path.join(swapped, below, 'f'), 'of the jail')
            symlinkSync(outside, link)
            const inside = path.join('swapped', below, 'f')
            mkdirSync(path.join(root, ...above), { recursive: true })
            symlinkSync([...above.map(() => '..'), inside].join('/'), path.join(root, ...above, 'way'))
            const asked = {
              straight: inside,
              'by a link': [...above, 'way'].join('/'),
              'up and down': below === '' ? inside : `swapped/${below}/../${path.basename(below)}/f`,
            }[way] as string
            hand(TURN.begin, TURN.racing)
            let all: string[]
            try {
              all = Array.from({ length: reads }, () => readBelow(root, asked) ?? 'nothing')
            } finally {
              hand(TURN.stop, TURN.idle)
            }
            for (const read of all) found.add(read)
            if (all.includes('of the host')) throw new Error(`${asked} led to the host’s file`)
          },
        ),
        { few: 200, many: 20_000 },
      )
    } finally {
      await worker.terminate()
    }
    // It raced: the walker met the folder, and the link.
    expect([...found].sort()).toEqual(['nothing', 'of the jail'])
    expect(Atomics.load(turns, 1)).toBeGreaterThan(200)
  },
  FUZZ_TIMEOUT_MS,
)
