import { describe, expect, test } from 'vitest'
import { parseJailAddresses } from '@/lib/addresses.ts'
import type { Jail } from '@/lib/jail.ts'
import { byAddress, byName, byState, filterJails } from './filter-jails.ts'

const jail = (tag: string, ip4 = 'none', more: Partial<Jail> = {}): Jail => ({
  id: `iocage:${tag}`,
  host: 'h',
  driver: 'iocage',
  kind: 'jail',
  tag,
  uuid: null,
  guid: null,
  state: 'down',
  jid: null,
  release: '14.3-RELEASE-p5',
  ip4: parseJailAddresses(ip4),
  ip6: [],
  boot: false,
  source: { kind: 'template', name: 'base' },
  hostHostname: `${tag}.example.org`,
  vnet: false,
  notes: '',
  lastStarted: null,
  problem: null,
  readOnly: null,
  ...more,
})

const jails = [
  jail('www', 'igb0|10.0.1.2/24', { state: 'up', jid: 3, notes: 'Shop of Ada' }),
  jail('db', 'igb0|10.0.1.10/24', { uuid: '9e1c04fa-2b17-4c0d-9d0e-000000000000' }),
  jail('ldap', 'none', { state: 'unreadable', problem: 'config.json is empty.', release: null }),
]
const found = (query: string, group: Parameters<typeof filterJails>[1]['group'] = null, changing: string[] = []) =>
  filterJails(jails, { query, group }, (id) => changing.includes(id)).map(({ tag }) => tag)

describe('the filter of jails', () => {
  test.each([
    ['', ['www', 'db', 'ldap']],
    ['WW', ['www']],
    ['10.0.1.', ['www', 'db']],
    ['10.0.1.10', ['db']],
    ['ada shop', ['www']],
    ['ada 10.0.1.10', []],
    ['9e1c04fa', ['db']],
    ['14.3 base db', ['db']],
    ['igb0', ['www', 'db']],
    ['ldap.example', ['ldap']],
    ['  ', ['www', 'db', 'ldap']],
  ])('%j finds %j', (query, tags) => {
    expect(found(query)).toEqual(tags)
  })

  test('by how they stand', () => {
    expect(found('', 'up')).toEqual(['www'])
    expect(found('', 'down')).toEqual(['db'])
    expect(found('', 'attention')).toEqual(['ldap'])
    expect(found('', 'changing', ['iocage:db'])).toEqual(['db'])
    expect(found('www', 'down')).toEqual([])
  })
})

describe('orders', () => {
  test('names as people count', () => {
    expect(['web10', 'web2', 'Web1', 'db'].toSorted(byName)).toEqual(['db', 'Web1', 'web2', 'web10'])
  })
  test('addresses as numbers, DHCP and none last', () => {
    const mixed = [
      jail('none'),
      jail('dhcp', 'vnet0|DHCP'),
      jail('ten', 'igb0|10.0.1.10/24'),
      jail('two', 'igb0|10.0.1.2/24'),
    ]
    expect(mixed.toSorted(byAddress).map(({ tag }) => tag)).toEqual(['two', 'ten', 'dhcp', 'none'])
  })
  test('what needs attention comes first', () => {
    expect(jails.toSorted(byState).map(({ state }) => state)).toEqual(['unreadable', 'up', 'down'])
  })
})
