import { expect, test } from 'vitest'
import type { NetworkInterface } from '@/lib/host.ts'
import { interfaceRows } from './interface-rows.ts'

const link = (name: string, addresses: [string, string | null][], facts: Partial<NetworkInterface> = {}) =>
  ({
    name,
    description: null,
    ether: null,
    members: [],
    jailId: null,
    addresses: addresses.map(([address, jailId]) => ({ family: 'inet', address, prefix: 24, jailId })),
    ...facts,
  }) as unknown as NetworkInterface
const all = [
  link('igb0', [
    ['10.0.0.11', null],
    ['10.0.1.2', 'iocage:www'],
    ['10.0.1.20', 'iocage:db'],
  ]),
  link('lo0', [['127.0.0.1', null]]),
  link('bridge0', [], { members: ['igb0', 'vnet0.5'] }),
]
const found = (search: string) =>
  interfaceRows(all, search, (id) => id.replace('iocage:', '')).map(
    ({ link, addresses }) => `${link.name}: ${addresses.map(({ address }) => address).join(' ')}`,
  )

test.each([
  ['', ['igb0: 10.0.0.11 10.0.1.2 10.0.1.20', 'lo0: 127.0.0.1', 'bridge0: ']],
  ['10.0.1.2', ['igb0: 10.0.1.2 10.0.1.20']],
  ['10.0.1.2/', ['igb0: 10.0.1.2']],
  [' WWW ', ['igb0: 10.0.1.2']],
  ['vnet0', ['bridge0: ']],
  ['lo', ['lo0: 127.0.0.1']],
  ['nowhere', []],
])('“%s” finds %j', (search, rows) => {
  expect(found(search)).toEqual(rows)
})
