import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NewJail } from '@/lib/contract/jail-verbs.ts'
import { jailNameProblem } from '@/lib/jail-name.ts'
import type { Change, PlannedChange } from '../driver.ts'
import { parseIfconfig } from '../../host/parse-ifconfig.ts'
import type { Dialect } from './dialect.ts'
import { failureText } from './failure-text.ts'
import { fetchProgress } from './fetch-progress.ts'
import { foldJail } from './fold-jail.ts'
import { createArgv, fetchArgv } from './iocage-argv.ts'
import { createIocagePlanner } from './planner.ts'
import { startRefusal } from './start-preflight.ts'

const WWW = '2ae9abbc-4070-4af1-8056-432e81ee1f84'
const BASE = 'b650df9e-f7e8-48b8-b18b-1992cd005473'
const interfaces = parseIfconfig(
  'igb0: flags=8843<UP> metric 0 mtu 1500\n\tinet 10.0.0.11 netmask 0xff000000 broadcast 10.255.255.255\n',
)

/** A host with a running jail `www`, a stopped `db`, a template `base` and 11.0-RELEASE. */
function planner(dialect: Dialect, changed: { origin?: string; pool?: string; guid?: string } = {}) {
  const name = (uuid: string, tag: string) => (dialect === 'uuid-tag' ? uuid : tag)
  const own = (uuid: string, tag: string, rest: object) =>
    dialect === 'uuid-tag' ? { host_hostuuid: uuid, tag, ...rest } : { ...rest }
  const jails = [
    foldJail(
      { kind: 'jail', name: name(WWW, 'www') },
      own(WWW, 'www', { ip4_addr: 'igb0|10.0.1.2/24' }),
      {},
      null,
      dialect,
    ),
    foldJail(
      { kind: 'jail', name: name('0b9f4b8b-90c5-4c1e-a1d5-7c0e4d1a6f10', 'db') },
      own('0b9f4b8b-90c5-4c1e-a1d5-7c0e4d1a6f10', 'db', { boot: 'off' }),
      {},
      null,
      dialect,
    ),
    foldJail(
      { kind: 'template', name: name('base', 'base') },
      own(BASE, 'base', { ip4_addr: 'igb0|10.0.1.100/24' }),
      {},
      null,
      dialect,
    ),
  ]
  const rows = jails.map(({ jail }) => ({
    ...jail,
    host: 'h',
    guid: '1',
    jid: jail.tag === 'www' ? 1 : null,
    state: jail.tag === 'www' ? ('up' as const) : jail.state,
  }))
  const pool = 'pool' in changed ? changed.pool : 'tank'
  return createIocagePlanner(
    {
      dialect: () => dialect,
      unusable: () => undefined,
      pool: () => pool,
      pools: () => [{ name: 'tank', sizeBytes: 1, freeBytes: 1, health: 'ONLINE', active: pool === 'tank' }],
      seenRoot: () => '/nowhere',
      find: (id) => jails.find(({ jail }) => jail.id === id),
      datasetOf: ({ name }) => `tank/iocage/jails/${name}`,
      all: () => jails,
      capabilities: () => ({
        canFetch: null,
        canActivatePool: null,
        canSnapshot: null,
        canRename: null,
        canClone: null,
        canVnet: null,
      }),
      mirror: new URL('https://download.freebsd.org'),
      fetching: new Set(),
      halfFetched: new Set(),
    },
    {
      jails: () => rows,
      releases: () => [
        {
          name: '11.0-RELEASE',
          patch: null,
          fetched: true,
          endOfLife: null,
          endOfLifePassed: true,
          sizeBytes: null,
          usedBy: [],
        },
        {
          name: '14.4-RELEASE',
          patch: null,
          fetched: false,
          endOfLife: null,
          endOfLifePassed: false,
          sizeBytes: null,
          usedBy: [],
        },
      ],
      find: (id) => rows.find((row) => row.id === id),
      look: () => Promise.resolve(),
      refresh: () => Promise.resolve(),
      waitFor: (condition) => Promise.resolve(condition()),
      interfaces: () => Promise.resolve(interfaces),
      guid: () => Promise.resolve(changed.guid ?? '1'),
      datasets: () =>
        Promise.resolve([
          {
            name: 'tank/iocage/templates/base',
            usedBytes: 1,
            availableBytes: 1,
            referencedBytes: 1,
            mountpoint: '-',
            origin: null,
            jailId: null,
          },
          {
            name: `tank/iocage/jails/${name(WWW, 'www')}/root`,
            usedBytes: 1,
            availableBytes: 1,
            referencedBytes: 1,
            mountpoint: '-',
            origin: changed.origin ?? null,
            jailId: null,
          },
        ]),
    },
  )
}

const argvOf = ({ plan }: PlannedChange) =>
  ('children' in plan ? plan.children : [plan]).map(({ steps }) => steps.map(({ argv }) => argv.join(' ')))
const ids = {
  'uuid-tag': { www: `iocage:${WWW}`, db: 'iocage:0b9f4b8b-90c5-4c1e-a1d5-7c0e4d1a6f10', base: `iocage:${BASE}` },
  name: { www: 'iocage:www', db: 'iocage:db', base: 'iocage:base' },
}
const newJail = (more: Partial<NewJail> = {}): NewJail => ({
  tag: 'shop' as NewJail['tag'],
  source: { kind: 'release', name: '11.0-RELEASE' },
  ip4: [],
  boot: false,
  vnet: false,
  ...more,
})
const create = (more: Partial<NewJail> = {}, start = false): Change => ({
  verb: 'jail.create',
  input: { jails: [newJail(more)], start },
})
const address = { interface: 'igb0', address: '10.0.1.9', prefix: 24 }

describe('where releases come from', () => {
  test('a mirror with its folder of releases, in today’s words; the list too', () => {
    const mirror = new URL('https://mirror.example.org/pub/releases/amd64/')
    const from = ['iocage', 'fetch', '-s', 'https://mirror.example.org', '-d', 'pub/releases/amd64']
    expect(fetchArgv('14.3-RELEASE', 'name', mirror)).toEqual([...from, '-r', '14.3-RELEASE'])
    expect(fetchArgv(undefined, 'name', mirror)).toEqual(from)
    expect(fetchArgv('11.0-RELEASE', 'uuid-tag', mirror)).toEqual(['iocage', 'fetch', '-r', '11.0-RELEASE'])
  })
})

describe.each(['uuid-tag', 'name'] as const)('argv in the dialect %s', (dialect) => {
  const { www, db, base } = ids[dialect]
  const exact = (id: string) => (dialect === 'name' ? `-- ${id.slice(7)}` : id.slice(7))
  const set = (word: string, id: string) =>
    dialect === 'name' ? `iocage set -- ${word} ${id.slice(7)}` : `iocage set ${word} ${id.slice(7)}`
  const made = dialect === 'name' ? 'iocage create -n shop' : 'iocage create tag=shop'
  const setNew = (...words: string[]) =>
    dialect === 'name' ? [`iocage set -- ${words.join(' ')} shop`] : words.map((word) => `iocage set ${word} shop`)

  const table: [Change, string[][]][] = [
    [{ verb: 'jail.start', input: { id: db } }, [[`iocage start ${exact(db)}`]]],
    [{ verb: 'jail.stop', input: { id: www } }, [[`iocage stop ${exact(www)}`]]],
    [{ verb: 'jail.restart', input: { id: www } }, [[`iocage restart ${exact(www)}`]]],
    [{ verb: 'jail.set', input: { id: db, property: 'boot', value: 'yes' } }, [[set('boot=on', db)]]],
    [
      { verb: 'jail.set', input: { id: db, property: 'ip4_addr', value: 'igb0|10.0.1.9/24' } },
      [[set('ip4_addr=igb0|10.0.1.9/24', db)]],
    ],
    [{ verb: 'jail.convertToTemplate', input: { id: db } }, [[set('template=yes', db)]]],
    [{ verb: 'jail.convertToJail', input: { id: base } }, [[set('template=no', base)]]],
    [{ verb: 'jail.destroy', input: { id: db, confirm: 'db' } }, [[`iocage destroy -f ${exact(db)}`]]],
    [
      { verb: 'release.fetch', input: { release: '14.4-RELEASE' } },
      [
        [
          dialect === 'name'
            ? 'iocage fetch -s https://download.freebsd.org -r 14.4-RELEASE'
            : 'iocage fetch -r 14.4-RELEASE',
        ],
      ],
    ],
    [create(), [[`${made} -r 11.0-RELEASE`]]],
    [create({ source: { kind: 'template', name: 'base' } }), [[`${made} -t base`]]],
    [create({ source: { kind: 'empty', name: 'EMPTY' } }), [[`${made} -e`]]],
    [
      create({ ip4: [address], hostHostname: 'shop', boot: true }, true),
      [
        [
          `${made} -r 11.0-RELEASE`,
          ...setNew('ip4_addr=igb0|10.0.1.9/24', 'host_hostname=shop', 'boot=on'),
          dialect === 'name' ? 'iocage start -- shop' : 'iocage start shop',
        ],
      ],
    ],
    [
      { verb: 'jail.create', input: { jails: [newJail(), newJail({ tag: 'mail' as NewJail['tag'] })], start: false } },
      [[`${made} -r 11.0-RELEASE`], [`${made.replace('shop', 'mail')} -r 11.0-RELEASE`]],
    ],
  ]
  test.each(table)('%j', async (change, commands) => {
    const planned = await planner(dialect).plan(change)
    expect(argvOf(planned)).toEqual(commands)
    expect(planned.problems.flat()).toEqual([])
  })
  test('another jail that has taken the place of the one that was shown is left alone', async () => {
    const changes: Change[] = [
      { verb: 'jail.start', input: { id: db, guid: '1' } },
      { verb: 'jail.destroy', input: { id: db, guid: '1', confirm: 'db' } },
      { verb: 'jail.set', input: { id: db, guid: '1', property: 'notes', value: 'x' } },
      { verb: 'jail.convertToTemplate', input: { id: db } },
      { verb: 'jail.bulk', input: { jails: [{ id: db, guid: '1' }], action: 'start' } },
    ]
    for (const change of changes) {
      const before = await planner(dialect).plan(change)
      expect(before.problems.flat()).toEqual([])
      const precheck = 'children' in before.plan ? undefined : before.plan.precheck
      await precheck?.()
      const { plan } = await planner(dialect, { guid: '2' }).plan(change)
      const late = 'children' in plan ? undefined : plan.precheck?.()
      // A UUID is never used again; a name is.
      if (dialect === 'name') await expect(late).rejects.toThrow(/another jail now/)
      else await late
    }
    const other = { id: db, guid: '7' }
    for (const change of [
      { verb: 'jail.start', input: other },
      { verb: 'jail.bulk', input: { jails: [other], action: 'start' } },
    ] satisfies Change[]) {
      const seenLate = await planner(dialect).plan(change)
      expect(seenLate.problems.flat().join()).toMatch(/another jail now/)
    }
  })
  test('activate', async () => {
    const planned = await planner(dialect, { pool: undefined }).plan({ verb: 'pool.activate', input: { pool: 'tank' } })
    expect(argvOf(planned)).toEqual([['iocage activate tank', 'iocage get -p']])
    expect(planned.problems.flat()).toEqual([])
  })

  const refused: [Change, RegExp][] = [
    [{ verb: 'jail.start', input: { id: www } }, /already up/],
    [{ verb: 'jail.stop', input: { id: db } }, /not running/],
    [{ verb: 'jail.start', input: { id: base } }, /template/],
    [{ verb: 'jail.convertToTemplate', input: { id: www } }, /Stop it first/],
    [{ verb: 'jail.destroy', input: { id: www, confirm: 'www' } }, /Stop it first/],
    [{ verb: 'jail.destroy', input: { id: db, confirm: 'DB' } }, /Type db/],
    [{ verb: 'release.fetch', input: { release: '11.0-RELEASE' } }, /fetched already/],
    [{ verb: 'pool.activate', input: { pool: 'tank' } }, /active already/],
    [{ verb: 'pool.activate', input: { pool: 'zroot' } }, /no pool zroot.*tank/],
    [{ verb: 'jail.set', input: { id: db, property: 'ip4_addr', value: 'igb0|10.0.1.2/24' } }, /in use by www/],
    [{ verb: 'jail.set', input: { id: db, property: 'ip4_addr', value: 'em7|10.0.1.9/24' } }, /no interface em7.*igb0/],
    [{ verb: 'jail.set', input: { id: db, property: 'ip4_addr', value: 'igb0|hello' } }, /not an IPv4/],
    [{ verb: 'jail.set', input: { id: db, property: 'boot', value: 'anon' } }, /on or off/],
    [{ verb: 'jail.set', input: { id: db, property: 'host_hostname', value: 'a b' } }, /host name/],
    [{ verb: 'jail.set', input: { id: db, property: 'notes', value: 'a\nb' } }, /line breaks/],
    [create({ tag: 'www' as NewJail['tag'] }), /named www already/],
    [create({ tag: 'base' as NewJail['tag'] }), /named base already/],
    [create({ tag: 'ww' as NewJail['tag'] }), /begin alike/],
    [create({ tag: 'www2' as NewJail['tag'] }), /begin alike/],
    [create({ source: { kind: 'release', name: '14.4-RELEASE' } }), /not fetched/],
    [create({ source: { kind: 'template', name: 'nosuch' } }), /no template nosuch/],
    [create({ ip4: [{ ...address, address: '10.0.1.2' }] }), /in use by www/],
    [create({ ip4: [{ ...address, address: '10.0.0.11' }] }), /in use by the host/],
    [create({ ip4: [{ ...address, address: '192.168.1.1' }] }), /outside the network/],
    [create({ ip4: [address, address] }), /given twice/],
    [
      {
        verb: 'jail.create',
        input: {
          jails: [newJail({ ip4: [address] }), newJail({ tag: 'mail' as NewJail['tag'], ip4: [address] })],
          start: false,
        },
      },
      /in use by shop/,
    ],
    [
      {
        verb: 'jail.create',
        input: {
          jails: [newJail({ tag: 'web1' as NewJail['tag'] }), newJail({ tag: 'web10' as NewJail['tag'] })],
          start: false,
        },
      },
      /begin alike/,
    ],
    [{ verb: 'jail.bulk', input: { jails: [{ id: www }, { id: db }], action: 'start' } }, /www is already up/],
  ]
  test.each(refused)('refused: %j', async (change, reason) => {
    expect((await planner(dialect).plan(change)).problems.flat().join(' ')).toMatch(reason)
  })
  test('no pool is active', async () => {
    const planned = await planner(dialect, { pool: undefined }).plan(create())
    expect(planned.problems.flat().join(' ')).toMatch(/No pool is active/)
  })
  test('what was made from a template is not destroyed along with it', async () => {
    const planned = await planner(dialect, { origin: 'tank/iocage/templates/base/root@x' }).plan({
      verb: 'jail.destroy',
      input: { id: base, confirm: 'base' },
    })
    expect(planned.problems.flat()).toEqual([expect.stringContaining('source of www')])
    expect(planned.effects.flat().join(' ')).toMatch(/tank\/iocage\/templates\/base/)
  })
  test('a jail that is gone', async () => {
    await expect(planner(dialect).plan({ verb: 'jail.start', input: { id: 'iocage:gone' } })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

test('the beginning of a UUID is no tag in the older dialect', async () => {
  const planned = await planner('uuid-tag').plan(create({ tag: WWW.slice(0, 4) as NewJail['tag'] }))
  expect(planned.problems.flat().join(' ')).toMatch(/beginning of a jail’s UUID/)
})
test('the older dialect cannot take an address away', async () => {
  const change: Change = { verb: 'jail.set', input: { id: ids['uuid-tag'].www, property: 'ip4_addr', value: 'none' } }
  expect((await planner('uuid-tag').plan(change)).problems.flat().join(' ')).toMatch(/cannot take an address away/)
})
test('no accepted name becomes an option or another word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 63 }), (tag) => {
      if (jailNameProblem(tag) !== undefined) return true
      for (const dialect of ['uuid-tag', 'name'] as const) {
        const argv = createArgv({ tag: tag as NewJail['tag'], source: { kind: 'empty', name: 'EMPTY' } }, dialect)
        if (argv.some((word) => /\s/.test(word)) || tag.startsWith('-')) return false
      }
      return true
    }),
  )
})

describe('before a start', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'cellblock-root-'))
  const fresh = () => {
    rmSync(root, { recursive: true, force: true })
    mkdirSync(path.join(root, 'etc'), { recursive: true })
    mkdirSync(path.join(root, 'var/run'), { recursive: true })
    mkdirSync(path.join(root, 'dev'))
    mkdirSync(path.join(root, 'usr/bin'), { recursive: true })
    symlinkSync('usr/bin', path.join(root, 'bin'))
    symlinkSync('../var/run/log', path.join(root, 'dev/log'))
    writeFileSync(path.join(root, 'etc/rc.conf'), '')
  }
  test('links inside the jail are fine', () => {
    fresh()
    expect(startRefusal('www', root)).toBeUndefined()
    rmSync(root, { recursive: true })
  })
  test.each([
    ['etc/resolv.conf', '/etc/passwd', '/etc/resolv.conf'],
    ['etc/hosts', '../../host', '/etc/hosts'],
    ['etc/localtime', 'localtime', '/etc/localtime'],
  ])('%s → %s', (link, target, named) => {
    fresh()
    symlinkSync(target, path.join(root, link))
    expect(startRefusal('www', root)).toMatch(`${named} in the jail is a link`)
    rmSync(root, { recursive: true })
  })
  test('a folder on the way', () => {
    fresh()
    rmSync(path.join(root, 'etc'), { recursive: true })
    symlinkSync('/etc', path.join(root, 'etc'))
    expect(startRefusal('www', root)).toMatch(/\/etc in the jail/)
    rmSync(root, { recursive: true })
  })
})

describe('words for failures', () => {
  const fallback = { message: 'www did not come up.', hint: 'Look.' }
  test.each([
    [
      'base.txz failed verification, will redownload!\nMax retries exceeded, one or more files (base.txz) failed checksum verification!',
      /checksums/,
    ],
    ['OSError: [Errno 28] No space left on device', /pool is full/],
    ['RELEASE: 9.9-RELEASE not found!', /9.9-RELEASE is not fetched/],
    ['13.1-RELEASE was not found!', /mirror does not have 13.1-RELEASE/],
    ['Host: 14.3-RELEASE is not greater than target: 99.0-RELEASE', /newer than this host/],
    ['  + Starting services FAILED\nERROR:\nx', /services did not start/],
    ['  + Start FAILED\njail: www: no such thing', /kernel did not take the jail: jail: www/],
    ['Refusing to start www: exec_prestart failed', /exec_prestart failed/],
    ['socket.gaierror: [Errno 8] hostname nor servname provided, or not known', /mirror cannot be reached/],
    [
      'requests.exceptions.ConnectionError: HTTPSConnectionPool: Max retries exceeded with url',
      /mirror cannot be reached/,
    ],
    ['json.decoder.JSONDecodeError: /iocage/jails/x/config.json: y', /one jail is damaged/],
    ['Traceback (most recent call last):\n  x', /error of its own/],
    ['something new', /did not come up. iocage said: something new/],
  ])('%j', (output, words) => {
    expect(failureText(output, 1, fallback).message).toMatch(words)
  })
  test('exit code 0 without the effect', () => {
    expect(failureText('www is odd', 0, fallback)).toEqual(fallback)
  })
})

describe('progress of a fetch', () => {
  test.each([
    ['Downloading: MANIFEST [####################] 100% ', 0.0085],
    ['Downloading: base.txz [########------------] 40%  12.3MB/s', 0.85 * (0.01 + 0.79 * 0.4)],
    ['Downloading: base.txz: 40%|████      | 14.9M/36.7M [12.23MB/s]', 0.85 * (0.01 + 0.79 * 0.4)],
    ['Extracting: base.txz... ', 0.87],
    ['* Updating 11.0-RELEASE to the latest patch level... ', 0.97],
    ['Fetching: 11.0-RELEASE', undefined],
  ])('%j', (line, part) => {
    const progress = fetchProgress(line)
    if (part === undefined) expect(progress).toBeUndefined()
    else expect(progress).toBeCloseTo(part)
  })
})
