import { describe, expect, test } from 'vitest'
import type { Jail } from '@/lib/jail.ts'
import { parseIfconfig } from './parse-ifconfig.ts'
import { proposeAddresses } from './propose-addresses.ts'

const host = (address: string, mask: string) =>
  parseIfconfig(`igb0: flags=8843<UP> metric 0 mtu 1500\n\tinet ${address} netmask ${mask} broadcast 10.255.255.255\n`)
const primer = host('10.0.0.11', '0xff000000')
const jail = (tag: string, address: string, kind: Jail['kind'] = 'jail') =>
  ({ tag, kind, ip4: [{ interface: 'igb0', address, prefix: 24 }] }) as Jail
const asked = { interface: 'igb0', prefix: 24, count: 1 }

describe('the next free address', () => {
  test('the primer’s host without jails', () => {
    expect(proposeAddresses(asked, primer, []).addresses).toEqual(['10.0.1.2'])
  })
  test('a template’s address is not given again, and not counted on from', () => {
    expect(proposeAddresses(asked, primer, [jail('template', '10.0.1.100', 'template')]).addresses).toEqual([
      '10.0.1.2',
    ])
    const proposal = proposeAddresses(asked, primer, [jail('template', '10.0.1.2', 'template')])
    expect(proposal.addresses).toEqual(['10.0.1.3'])
    expect(proposal.inUse).toEqual([{ address: '10.0.0.11', by: 'the host' }])
  })
  test('after the highest that a jail has, also one that is down', () => {
    const jails = [jail('www', '10.0.1.2'), jail('db', '10.0.1.7')]
    expect(proposeAddresses({ ...asked, count: 3 }, primer, jails).addresses).toEqual([
      '10.0.1.8',
      '10.0.1.9',
      '10.0.1.10',
    ])
  })
  test('past the end of a /24 without its edges', () => {
    const jails = [jail('last', '10.0.1.253')]
    expect(proposeAddresses({ ...asked, count: 2 }, primer, jails).addresses).toEqual(['10.0.1.254', '10.0.2.1'])
  })
  test('inside a small network of the host’s own', () => {
    expect(proposeAddresses(asked, host('192.168.1.20', '0xffffff00'), []).addresses).toEqual(['192.168.1.21'])
  })
  test('an interface that is not there gives none, and still says what is in use', () => {
    const proposal = proposeAddresses({ ...asked, interface: 'em9' }, primer, [jail('www', '10.0.1.2')])
    expect(proposal.addresses).toEqual([])
    expect(proposal.inUse).toContainEqual({ address: '10.0.1.2', by: 'www' })
  })
})
