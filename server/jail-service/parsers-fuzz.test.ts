import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzzRuns } from '../fuzz-runs.ts'
import { parseJsonObject } from './drivers/iocage/read-json-file.ts'
import { parseIfconfig } from './host/parse-ifconfig.ts'
import { parseDatasets, parsePools } from './host/parse-zfs.ts'
import { parseJls } from './inventory/parse-jls.ts'

const capture = (file: string) => readFileSync(path.join(import.meta.dirname, file), 'utf8').replace(/^.*\n/, '')

/** What a host's commands print on a bad day: cut, doubled, with warnings between, with bytes of another encoding. */
const mutation = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('cut'), at: fc.nat(10_000), length: fc.nat(200), text: fc.constant('') }),
    fc.record({
      kind: fc.constant('put'),
      at: fc.nat(10_000),
      length: fc.constant(0),
      text: fc.string({ unit: 'binary', maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constant('put'),
      at: fc.nat(10_000),
      length: fc.nat(20),
      text: fc.constantFrom(
        '\n',
        '\r\n',
        '\t',
        'None',
        'CORRUPT',
        'Traceback (most recent call last):\n',
        '\u0000',
        '\uFFFD',
        '-1',
        '99999999999999999999',
        '"',
        '{',
        '__proto__',
        '\u001B[31m',
      ),
    }),
  ),
  { minLength: 1, maxLength: 6 },
)
type Mutation = { at: number; length: number; text: string }[]
const mutate = (text: string, changes: Mutation) =>
  changes.reduce((so, { at, length, text: put }) => {
    const place = at % (so.length + 1)
    return so.slice(0, place) + put + so.slice(place + length)
  }, text)

describe('what a host prints on a bad day', () => {
  const samples: [string, string, (text: string) => unknown][] = [
    ['jls', capture('inventory/captures/jls-parameters.txt'), parseJls],
    ['jls -v', capture('inventory/captures/jls-v.txt'), parseJls],
    ['ifconfig', capture('host/captures/ifconfig.txt'), parseIfconfig],
    ['zfs list', capture('host/captures/zfs-list.txt'), parseDatasets],
    ['zpool list', 'tank\t1000\t200\tONLINE\n', parsePools],
    [
      'config.json',
      JSON.stringify({
        CONFIG_VERSION: '32',
        host_hostuuid: 'www',
        ip4_addr: 'igb0|10.0.1.2/24',
        boot: 1,
        notes: null,
      }),
      (text) => parseJsonObject(text, 'config.json'),
    ],
  ]
  test.each(samples)(
    '%s is read or refused, and never breaks the reader',
    (_, text, parse) => {
      expect(() => parse(text)).not.toThrow()
      fc.assert(
        fc.property(mutation, (changes) => {
          const read = parse(mutate(text, changes))
          // Nothing of it is a prototype that was slipped in.
          expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
          expect(typeof JSON.stringify(read ?? null)).toBe('string')
        }),
        { numRuns: fuzzRuns(500, 40_000) },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})
