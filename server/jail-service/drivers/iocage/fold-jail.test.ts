import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Jail } from '@/lib/jail.ts'
import { dialectOfFiles, kernelName, parseVersion } from './dialect.ts'
import { foldJail, sourceOfOrigin } from './fold-jail.ts'
import { createJailFolders } from './jail-folders.ts'

const UUID = '7c0e4d1a-90c5-4c1e-a1d5-0b9f4b8b6f10'
/** Excerpt of what iocage 0.9.7 writes (contract 2.4). */
const older = {
  CONFIG_VERSION: '4',
  boot: 'off',
  cloned_release: '11.0-RELEASE',
  host_hostname: UUID,
  host_hostuuid: UUID,
  ip4_addr: 'igb0|10.0.1.2/24',
  last_started: '2017-06-20 09:00:00',
  release: '11.0-RELEASE-p9',
  tag: 'www',
  template: 'no',
  type: 'jail',
  vnet: 'off',
}
/** What iocage 1.13 writes for a jail with two properties set. */
const today = {
  boot: 1,
  cloned_release: '14.3-RELEASE',
  host_hostname: 'db',
  host_hostuuid: 'db',
  ip4_addr: 'igb0|10.0.1.7/24',
  last_started: '2026-11-24 01:02:03',
  release: '14.3-RELEASE-p5',
}

describe('dialects', () => {
  test.each([
    ['Version\t0.9.7 2017/03/08', '0.9.7', 'uuid-tag'],
    ['Version\t0.9.8.1 05/23/2017', '0.9.8.1', 'uuid-tag'],
    ['Version\t0.9.9.2', '0.9.9.2', 'name'],
    ['Version\t1.13', '1.13', 'name'],
    ['Version\t0.0', '0.0', undefined],
    ['Version\t1.2\nThis is a sandbox.', '1.2', 'name'],
  ])('%j', (output, text, dialect) => {
    expect(parseVersion(output)).toEqual({ text, dialect })
  })
  test.each(['', 'iocage: not found', 'Traceback (most recent call last):\n'])('%j tells no version', (output) => {
    expect(parseVersion(output)).toBeUndefined()
  })
  test('what the files show where the version does not', () => {
    expect(dialectOfFiles({ defaults: true, tags: false, tagInConfig: false })).toBe('name')
    expect(dialectOfFiles({ defaults: false, tags: true, tagInConfig: false })).toBe('uuid-tag')
    expect(dialectOfFiles({ defaults: false, tags: false, tagInConfig: false })).toBeUndefined()
  })
  test('the kernel takes no dot', () => {
    expect(kernelName('a.b')).toBe('ioc-a_b')
  })
})

describe('folding a configuration', () => {
  test('of the older dialect', () => {
    const folded = foldJail({ kind: 'jail', name: UUID }, older, {}, null, 'uuid-tag')
    expect(folded).toMatchObject({ exactName: UUID, kernelName: `ioc-${UUID}`, dialect: 'uuid-tag' })
    expect(folded.jail).toEqual({
      id: `iocage:${UUID}`,
      driver: 'iocage',
      kind: 'jail',
      tag: 'www',
      uuid: UUID,
      guid: null,
      state: 'down',
      release: '11.0-RELEASE-p9',
      ip4: [{ interface: 'igb0', address: '10.0.1.2', prefix: 24 }],
      ip6: [],
      boot: false,
      source: { kind: 'release', name: '11.0-RELEASE' },
      hostHostname: UUID,
      vnet: false,
      notes: '',
      lastStarted: '2017-06-20T09:00:00Z',
      problem: null,
      readOnly: null,
    })
  })
  test('of the older dialect’s template: its folder is its tag, its id stays the UUID', () => {
    const { jail, exactName } = foldJail({ kind: 'template', name: 'www' }, older, {}, null, 'uuid-tag')
    expect(exactName).toBe(UUID)
    expect(jail).toMatchObject({ id: `iocage:${UUID}`, kind: 'template', tag: 'www' })
  })
  test('of today’s, over the defaults', () => {
    const { jail } = foldJail(
      { kind: 'jail', name: 'db' },
      today,
      { vnet: 0, notes: 'none', boot: 0 },
      undefined,
      'name',
    )
    expect(jail).toMatchObject({ id: 'iocage:db', tag: 'db', uuid: null, boot: true, vnet: false, notes: '' })
    expect(jail.source).toEqual({ kind: 'release', name: '14.3-RELEASE' })
  })
  test('the source of a clone is in zfs; until it is known the older dialect says nothing', () => {
    const source = (origin: string | null | undefined) =>
      foldJail({ kind: 'jail', name: UUID }, older, {}, origin, 'uuid-tag').jail.source
    expect(source(undefined)).toBeNull()
    expect(source('tank/iocage/templates/base/root@x')).toEqual({ kind: 'template', name: 'base' })
    expect(source('tank/iocage/releases/11.0-RELEASE/root@x')).toEqual({ kind: 'release', name: '11.0-RELEASE' })
    expect(sourceOfOrigin('tank/other@x')).toBeUndefined()
  })
  test.each([1, true, 'on', 'yes', '1', 'true', 'YES'])('boot %j is on', (boot) => {
    expect(foldJail({ kind: 'jail', name: 'x' }, { boot }, {}, null, 'name').jail.boot).toBe(true)
  })
  test('DHCP by its own property', () => {
    expect(foldJail({ kind: 'jail', name: 'x' }, { dhcp: 1 }, {}, null, 'name').jail.ip4).toEqual([
      { interface: 'vnet0', address: 'DHCP', prefix: null },
    ])
  })
  test('what today’s iocage would take for every jail, and what it must convert, is left alone', () => {
    expect(foldJail({ kind: 'jail', name: 'SMALL' }, {}, {}, null, 'name').jail.readOnly).toMatch(/ALL/)
    expect(foldJail({ kind: 'jail', name: UUID }, older, {}, null, 'name').jail.readOnly).toMatch(/older iocage/)
  })
  test('whatever stands in the file, the row keeps its shape', () => {
    const key = fc.constantFrom(...Object.keys({ ...older, ...today }), 'notes', 'dhcp', 'ip6_addr', 'source_template')
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), fc.string({ minLength: 1, maxLength: 40 }), (own, name) => {
        const { jail } = foldJail({ kind: 'jail', name }, own, {}, null, 'name')
        return Jail.omit({ id: true }).safeParse({ ...jail, host: 'h', jid: null }).success
      }),
    )
  })
})

describe('the folders of iocage', () => {
  let root: string
  let clock = 0
  const config = (folder: string, text: string) => {
    mkdirSync(path.join(root, folder), { recursive: true })
    writeFileSync(path.join(root, folder, 'tmp1'), text)
    renameSync(path.join(root, folder, 'tmp1'), path.join(root, folder, 'config.json'))
    mkdirSync(path.join(root, folder, 'root/etc'), { recursive: true })
    writeFileSync(path.join(root, folder, 'fstab'), '')
  }
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cellblock-folders-'))
    clock = 0
  })
  afterEach(() => rmSync(root, { recursive: true }))
  const open = () => {
    const folders = createJailFolders(root, () => clock)
    return () => folders.scan('uuid-tag', () => null).map(({ jail }) => jail)
  }

  test('nothing is there', () => {
    expect(createJailFolders('/nowhere').scan('name', () => null)).toEqual([])
  })
  test('a change is read, what did not change is not folded again', () => {
    const folders = createJailFolders(root)
    config(`jails/${UUID}`, JSON.stringify(older))
    const [first] = folders.scan('uuid-tag', () => null)
    expect(folders.scan('uuid-tag', () => null)[0]).toBe(first)
    config(`jails/${UUID}`, JSON.stringify({ ...older, boot: 'on' }))
    expect(folders.scan('uuid-tag', () => null)[0]?.jail.boot).toBe(true)
  })
  test('a damaged file marks its row, keeps what was known and harms no other', () => {
    const scan = open()
    config(`jails/${UUID}`, JSON.stringify(older))
    config('jails/other', JSON.stringify({ ...older, tag: 'other' }))
    scan()
    config(`jails/${UUID}`, `{\n  "boot": "off",\n  broken\n}`)
    const [damaged, other] = scan().sort((a) => (a.tag === 'www' ? -1 : 1))
    expect(damaged).toMatchObject({ id: `iocage:${UUID}`, tag: 'www', state: 'unreadable' })
    expect(damaged?.problem).toBe('config.json is not valid JSON at line 3.')
    expect(other).toMatchObject({ tag: 'other', state: 'down', problem: null })
    config(`jails/${UUID}`, JSON.stringify(older))
    expect(scan().map(({ state }) => state)).toEqual(['down', 'down'])
  })
  test('a damaged file that was never read gets its tag from the links', () => {
    config(`jails/${UUID}`, '')
    mkdirSync(path.join(root, 'tags'))
    symlinkSync(`/iocage/jails/${UUID}`, path.join(root, 'tags', 'web'))
    expect(open()()).toMatchObject([{ tag: 'web', uuid: UUID, problem: 'config.json is empty.' }])
  })
  test.each([
    ['[]', /does not hold a JSON object/],
    ['null', /does not hold a JSON object/],
    ['{', /line 1/],
    [`{"x": "${'y'.repeat(1024 * 1024)}"}`, /larger than 1 MiB/],
  ])('%.10s is damaged', (text, problem) => {
    config('jails/x', text)
    expect(open()()[0]?.problem).toMatch(problem)
  })
  test('what only our own limits do not read is no trouble for iocage', () => {
    const scanned = () => createJailFolders(root).scan('uuid-tag', () => null)
    config('jails/x', JSON.stringify(older) + '\n'.repeat(1024 * 1024))
    expect(scanned()).toMatchObject([{ jail: { state: 'unreadable' }, stopsIocage: false }])
    config('jails/x', '{')
    expect(scanned()).toMatchObject([{ jail: { state: 'unreadable' }, stopsIocage: true }])
  })
  test('a link in the place of the file is not followed', () => {
    mkdirSync(path.join(root, 'jails/x'), { recursive: true })
    writeFileSync(path.join(root, 'secret'), '{"tag": "secret"}')
    symlinkSync(path.join(root, 'secret'), path.join(root, 'jails/x/config.json'))
    expect(open()()).toMatchObject([{ tag: 'x', problem: 'config.json is a link.' }])
  })
  test('a folder without a configuration is being made: it counts after a while', () => {
    mkdirSync(path.join(root, 'jails/x'), { recursive: true })
    const scan = open()
    expect(scan()).toEqual([])
    clock = 5_000
    expect(scan()).toMatchObject([{ tag: 'x', state: 'unreadable' }])
    expect(scan()[0]?.problem).toMatch(/half-made/)
  })
  test.each([
    ['root', 'Its root is missing'],
    ['root/etc', 'Its root is empty'],
    ['fstab', 'Its fstab is missing'],
  ])('a configuration without %s was left by a create that was cut off', (lacking, problem) => {
    config('jails/x', JSON.stringify({ ...older, tag: 'x' }))
    rmSync(path.join(root, 'jails/x', lacking), { recursive: true })
    const folders = createJailFolders(root, () => clock)
    const scan = () => folders.scan('uuid-tag', () => null)
    expect(scan()).toEqual([])
    clock = 5_000
    expect(scan()).toMatchObject([{ jail: { tag: 'x', state: 'unreadable' }, stopsIocage: false }])
    expect(scan()[0]?.jail.problem).toBe(
      `${problem}: the jail is being made or destroyed at this moment, or was left half-made: then destroy it.`,
    )
    config('jails/x', JSON.stringify({ ...older, tag: 'x' }))
    expect(scan()).toMatchObject([{ jail: { state: 'down', problem: null } }])
  })
  test('an empty jail has an empty root', () => {
    config('jails/x', JSON.stringify({ ...older, release: 'EMPTY' }))
    rmSync(path.join(root, 'jails/x/root/etc'), { recursive: true })
    expect(open()()).toMatchObject([{ state: 'down', problem: null }])
  })
  test('a root that is mounted again, as of what becomes a template, is not gone', () => {
    const scan = open()
    config('jails/x', JSON.stringify(older))
    expect(scan()).toMatchObject([{ state: 'down' }])
    renameSync(path.join(root, 'jails/x/root'), path.join(root, 'away'))
    scan()
    clock = 5_000
    expect(scan()).toMatchObject([{ state: 'down' }])
    clock = 20_000
    expect(scan()).toMatchObject([{ state: 'unreadable' }])
    renameSync(path.join(root, 'away'), path.join(root, 'jails/x/root'))
    expect(scan()).toMatchObject([{ state: 'down', problem: null }])
  })
  test('one tag twice marks both', () => {
    config('jails/a', JSON.stringify({ ...older, host_hostuuid: 'a' }))
    config('jails/b', JSON.stringify({ ...older, host_hostuuid: 'b' }))
    expect(open()().map(({ problem }) => problem)).toEqual([
      expect.stringContaining('tag www too'),
      expect.stringContaining('tag www too'),
    ])
  })
})
