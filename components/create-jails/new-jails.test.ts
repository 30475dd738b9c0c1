import { describe, expect, test } from 'vitest'
import type { NetworkInterface } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'
import { newJails } from './new-jails.ts'
import { checkNames, problemsOfStep, wizardProblems } from './wizard-problems.ts'
import type { WizardValues } from './wizard-values.ts'
import type { WizardWorld } from './wizard-world.ts'

const values: WizardValues = {
  names: 'web01 … web02',
  release: '',
  template: '',
  empty: false,
  network: 'shared',
  nic: '',
  mask: '24',
  ip4: {},
  hostName: '',
  domain: '',
  boot: false,
  start: true,
  notes: '',
}
const nic = (name: string, address: string, flags: string[] = []): NetworkInterface => ({
  name,
  flags,
  ether: null,
  mtu: 1500,
  status: null,
  description: null,
  addresses: [{ family: 'inet', address, prefix: 8, jailId: null }],
  members: [],
  jailId: null,
  text: '',
})
const jail = (tag: string, kind: Jail['kind'] = 'jail') =>
  ({ tag, kind, driver: 'iocage', uuid: `${tag}-uuid`, state: 'down', ip4: [] }) as unknown as Jail
const release = (name: string, endOfLifePassed: boolean) => ({
  name,
  patch: name,
  fetched: true,
  endOfLife: null,
  endOfLifePassed,
  sizeBytes: null,
  usedBy: [],
})
const can = { canFetch: null, canSnapshot: null, canRename: null, canClone: null, canVnet: null, canActivatePool: null }
const world: WizardWorld = {
  host: {
    driver: { name: 'iocage', version: '0.9.7', dialect: 'uuid-tag' },
    capabilities: can,
    pools: [{ name: 'tank', sizeBytes: 1, freeBytes: 1, health: 'ONLINE', active: true }],
  },
  jails: [jail('db'), jail('base-14', 'template')],
  releases: [release('11.0-RELEASE', true), release('14.4-RELEASE', false), release('13.5-RELEASE', true)],
  interfaces: [nic('lo0', '127.0.0.1', ['LOOPBACK']), nic('igb0', '10.0.0.11')],
  proposal: { addresses: ['10.0.1.31'], inUse: new Map([['10.0.0.11', 'the host']]) },
}

describe('the request of the wizard', () => {
  test('names, proposed addresses and host names of several, from the newest release with fixes', () => {
    expect(newJails(values, world)).toEqual({
      start: true,
      jails: ['web01', 'web02'].map((tag, n) => ({
        tag,
        source: { kind: 'release', name: '14.4-RELEASE' },
        ip4: [{ interface: 'igb0', address: `10.0.1.${31 + n}`, prefix: 24 }],
        hostHostname: tag,
        boot: false,
        vnet: false,
      })),
    })
  })
  test('a template, a domain, no address', () => {
    const [first] =
      newJails({ ...values, template: 'base-14', network: 'none', domain: 'example.org', notes: ' a ' }, world)
        ?.jails ?? []
    expect(first).toMatchObject({
      source: { kind: 'template', name: 'base-14' },
      ip4: [],
      hostHostname: 'web01.example.org',
      notes: 'a',
    })
  })
  test('today’s iocage gives the host name by itself, but for another one', () => {
    const today = {
      ...world,
      host: { ...world.host, driver: { ...world.host.driver, dialect: 'name' } },
    } as WizardWorld
    expect(newJails({ ...values, names: 'web_1' }, today)?.jails[0]).not.toHaveProperty('hostHostname')
    expect(newJails({ ...values, names: 'web', hostName: 'www.example.org' }, today)?.jails[0]).toMatchObject({
      hostHostname: 'www.example.org',
    })
  })
  test('vnet has its own interface, and an address only where one was typed', () => {
    const vnet = { ...values, names: 'web', network: 'vnet' as const }
    expect(newJails(vnet, world)?.jails[0]).toMatchObject({ vnet: true, ip4: [] })
    expect(newJails({ ...vnet, ip4: { web: '192.168.5.2' } }, world)?.jails[0]).toMatchObject({
      ip4: [{ interface: 'vnet0', address: '192.168.5.2', prefix: 24 }],
    })
  })
  test('nothing is asked for while a name has not even the right form', () => {
    expect(newJails({ ...values, names: '-x' }, world)).toBeUndefined()
    expect(newJails({ ...values, names: '' }, world)).toBeUndefined()
  })
})

describe('what is wrong with the form', () => {
  const problems = (change: Partial<WizardValues>, on: WizardWorld = world) =>
    wizardProblems({ ...values, ...change }, on)
  test('nothing', () => {
    expect([...problems({})]).toEqual([])
  })
  test.each([
    [{ names: '' }, 'names', /Give the jail a name/],
    [{ names: 'db' }, 'names', /named db already/],
    [{ names: 'base' }, 'names', /begin alike/],
    [{ names: 'a, a' }, 'names', /twice/],
    [{ names: 'a, ab' }, 'names', /begin alike/],
    [{ release: '9.9-RELEASE' }, 'source', /not fetched/],
    [{ template: 'gone' }, 'source', /no template gone/],
    [{ nic: 'em9' }, 'nic', /no interface em9/],
    [{ mask: '33' }, 'mask', /1 to 32/],
    [{ mask: 'x' }, 'mask', /1 to 32/],
    [{ ip4: { web02: '10.0.1.31' } }, 'ip4.web02', undefined],
    [{ ip4: { web02: '192.168.0.1' } }, 'ip4.web02', /outside/],
    [{ domain: 'exa mple' }, 'domain', /host name/],
    [{ names: 'web', hostName: 'a_b' }, 'hostName', /host name/],
    [{ notes: 'a\nb' }, 'notes', /line breaks/],
    [{ notes: 'x'.repeat(1_001) }, 'notes', /at most 1000/],
  ] satisfies [Partial<WizardValues>, string, RegExp | undefined][])('%j', (change, path, reason) => {
    if (reason === undefined) expect(problems(change).get(path)).toBeUndefined()
    else expect(problems(change).get(path)).toMatch(reason)
  })
  test('vnet where the host has none says why', () => {
    const host = { ...world.host, capabilities: { ...can, canVnet: 'This kernel has no VIMAGE.' } }
    const found = problems({ network: 'vnet' }, { ...world, host })
    expect(found.get('network')).toBe('This kernel has no VIMAGE.')
    expect(problemsOfStep('network', found)).toEqual(['network'])
  })
  test('without an active pool there is no source', () => {
    expect(problems({}, { ...world, host: { ...world.host, pools: [] } }).get('source')).toMatch(/No pool is active/)
  })
  test('each of several names is judged by itself', () => {
    expect(checkNames('ok, -x, db', world).map(({ problem }) => problem === undefined)).toEqual([true, false, false])
  })
})
