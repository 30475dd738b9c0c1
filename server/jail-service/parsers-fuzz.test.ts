import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Dataset, NetworkInterface, Pool } from '@/lib/host.ts'
import { Jail } from '@/lib/jail.ts'
import { JailUser, parsePasswd } from '@/lib/jail-user.ts'
import { FUZZ_TIMEOUT_MS, fuzz, isSame } from '../fuzz.ts'
import { parseVersion } from './drivers/iocage/dialect.ts'
import { fetchProgress } from './drivers/iocage/fetch-progress.ts'
import { foldJail } from './drivers/iocage/fold-jail.ts'
import { parseOfferedReleases } from './drivers/iocage/offered-releases.ts'
import { parseJsonObject } from './drivers/iocage/read-json-file.ts'
import { parseIfconfig } from './host/parse-ifconfig.ts'
import { parseDatasets, parsePools } from './host/parse-zfs.ts'
import { parseJls } from './inventory/parse-jls.ts'

const capture = (file: string) => readFileSync(path.join(import.meta.dirname, file), 'utf8').replace(/^.*\n/, '')

/** What a host's commands print on a bad day: cut, doubled, with warnings between, with bytes of another encoding. */
const words = fc.constantFrom(
  ...['\n', '\r\n', '\r', '\t', ' ', ':', '%', 'None', 'CORRUPT', 'Traceback (most recent call last):\n', '\u0000'],
  ...['\uFFFD', '-1', '0.5', 'NaN', '1e999', '99999999999999999999', '0x', '"', '{', '}', '[]', 'null', 'true', ','],
  ...['__proto__', 'prefixlen', 'mtu', 'flags=', '\u001B[31m', '\u001B[2K'],
)
const change = fc.oneof(
  fc.record({ at: fc.nat(10_000), length: fc.nat(200), text: fc.constant('') }),
  fc.record({ at: fc.nat(10_000), length: fc.nat(20), text: words }),
  { weight: 2, arbitrary: fc.record({ at: fc.nat(10_000), length: fc.nat(3), text: words }) },
  fc.record({ at: fc.nat(10_000), length: fc.constant(0), text: fc.string({ unit: 'binary', maxLength: 40 }) }),
  // A whole word or number in the place of another one.
  { weight: 3, arbitrary: fc.record({ at: fc.nat(10_000), length: fc.constant('word' as const), text: words }) },
)
type Change = { at: number; length: number | 'word'; text: string }
const mutation: fc.Arbitrary<Change[]> = fc.array(change, { minLength: 1, maxLength: 6 })

function mutate(text: string, changes: readonly Change[]): string {
  return changes.reduce((so, { at, length, text: put }) => {
    if (length !== 'word') {
      const place = at % (so.length + 1)
      return so.slice(0, place) + put + so.slice(place + length)
    }
    const found = [...so.matchAll(/[\w.-]+/g)]
    const word = found[at % Math.max(found.length, 1)]
    return word === undefined ? put : so.slice(0, word.index) + put + so.slice(word.index + word[0].length)
  }, text)
}

/** What the service hands out is checked against the contract: one value outside of it and a whole page is missing. */
const mustBe = (schema: z.ZodType, value: unknown) => {
  const checked = schema.safeParse(value)
  if (!checked.success) throw new Error(`${z.prettifyError(checked.error)} in ${JSON.stringify(value)}`)
}

interface Sample {
  what: string
  text: string
  parse: (text: string) => unknown
  schema: z.ZodType
  /** Lines with so many cells are read, each for itself: what is wrong with one harms no other. */
  cells?: number
  /** Mutations that once made something of it that the contract does not know. */
  cases?: Change[][]
}

const RunningJail = z.object({
  jid: z.number().int().positive(),
  name: z.string().min(1),
  hostname: z.string(),
  path: z.string(),
  ip4: z.array(z.string()),
  ip6: z.array(z.string()),
})
/** The jail of a config.json, as it would be shown; undefined where the file cannot be read. */
function fold(text: string): unknown {
  const file = parseJsonObject(text, 'config.json')
  if (file.kind !== 'read') return undefined
  const { jail } = foldJail({ kind: 'jail', name: 'www' }, file.values, {}, undefined, 'name')
  return { ...jail, host: 'host', jid: null }
}
const CONFIG = {
  ...{ CONFIG_VERSION: '34', host_hostuuid: 'www', tag: 'www', ip4_addr: 'igb0|10.0.1.2/24,igb0|10.0.1.3/32' },
  ...{ ip6_addr: 'igb0|fe80::1/64', boot: 1, notes: null, vnet: 'off', dhcp: 0, release: '14.3-RELEASE-p5' },
  ...{ last_started: '2026-11-24 01:02:03', host_hostname: 'www', cloned_release: '14.3-RELEASE' },
}
const PASSWD = `root:*:0:0:Charlie &:/root:/bin/csh
toor:*:0:0:Bourne-again Superuser:/root:
daemon:*:1:1:Owner of many system processes:/root:/usr/sbin/nologin
www:*:80:80:World Wide Web Owner:/nonexistent:/usr/sbin/nologin
`
const OFFERS = `[0] 13.5-RELEASE (EOL)
[1] 14.3-RELEASE
[2] 15.1-RELEASE

Type the number of the desired RELEASE
`
const FETCHING = `Fetching: 14.3-RELEASE

\u001B[2K \rDownloading: base.txz [########------------] 40%  12.3MB/s\r
Extracting: base.txz...
`

const samples: Sample[] = [
  {
    ...{ what: 'jls', text: capture('inventory/captures/jls-parameters.txt'), parse: parseJls },
    schema: z.array(RunningJail).optional(),
  },
  {
    ...{ what: 'jls -v', text: capture('inventory/captures/jls-v.txt'), parse: parseJls },
    schema: z.array(RunningJail).optional(),
  },
  {
    ...{ what: 'ifconfig', text: capture('host/captures/ifconfig.txt'), parse: parseIfconfig },
    schema: z.array(NetworkInterface),
    cases: [[{ at: 7_387, length: 0, text: 'mtu' }]], // a prefix length that is none
  },
  {
    ...{ what: 'zfs list', text: capture('host/captures/zfs-list.txt'), parse: parseDatasets, cells: 6 },
    schema: z.array(Dataset),
  },
  {
    ...{ what: 'zpool list', text: 'tank\t1000\t200\tONLINE\nback\t5\t1\tDEGRADED\n', parse: parsePools, cells: 4 },
    schema: z.array(Pool),
  },
  { what: 'config.json', text: JSON.stringify(CONFIG, null, 4), parse: fold, schema: Jail.optional() },
  {
    ...{ what: 'iocage fetch, offers', text: OFFERS, parse: parseOfferedReleases },
    schema: z.array(z.string().regex(/^[\w.-]+$/)),
  },
  {
    ...{ what: 'iocage fetch, progress', text: FETCHING, parse: (text) => text.split('\n').map(fetchProgress) },
    schema: z.array(z.number().min(0).max(1).optional()),
  },
  {
    ...{ what: 'iocage --version', text: 'Version\t0.9.7 2017/03/08\n', parse: parseVersion },
    schema: z.object({ text: z.string(), dialect: z.enum(['name', 'uuid-tag']).optional() }).optional(),
  },
  { what: 'passwd of a jail', text: PASSWD, parse: parsePasswd, schema: z.array(JailUser) },
]

describe('what a host prints on a bad day', () => {
  test.each(samples)(
    '$what is read or refused, fits the contract, and never breaks the reader',
    ({ what, text, parse, schema, cells, cases = [] }) => {
      mustBe(schema, parse(text))
      return fuzz(
        what,
        fc.property(mutation, (changes) => {
          const changed = mutate(text, changes)
          const read = parse(changed)
          mustBe(schema, read)
          // Nothing of it is a prototype that was slipped in.
          if (({} as Record<string, unknown>)['polluted'] !== undefined) throw new Error('a prototype')
          if (cells === undefined) return
          const lines = changed.split('\n')
          const rows = lines.flatMap((line) => parse(line) as unknown[])
          if (!isSame(read, rows)) expect(read).toEqual(rows)
          const whole = lines.filter((line) => line.split('\t').length >= cells && line.split('\t')[0] !== '')
          if (rows.length !== whole.length) throw new Error(`${rows.length} rows, not ${whole.length}`)
        }),
        { few: 700, many: 200_000, cases: cases.map((one) => [one]) },
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})
