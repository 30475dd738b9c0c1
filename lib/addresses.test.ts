import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatIp4, formatJailAddresses, ip4Problem, nextFreeIp4, parseIp4, parseJailAddresses } from './addresses.ts'

const igb0 = { name: 'igb0', address: '10.0.0.11', prefix: 8 }

describe('IPv4 addresses', () => {
  test('any number of 32 bits comes back', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => parseIp4(formatIp4(value)) === value))
  })
  test.each(['999.1.1.1', '10.0.1', '10.0.1.2.3', '10.0.01.2', 'hello', '', '10.0.1.2/24', ' 10.0.1.2'])(
    '%j is none',
    (text) => {
      expect(parseIp4(text)).toBeUndefined()
    },
  )
})

describe('addresses as iocage stores them', () => {
  test.each([
    ['igb0|10.0.1.2/24', [{ interface: 'igb0', address: '10.0.1.2', prefix: 24 }]],
    [
      'igb0|10.0.1.2/24,igb0|10.0.1.3/24',
      [
        { interface: 'igb0', address: '10.0.1.2', prefix: 24 },
        { interface: 'igb0', address: '10.0.1.3', prefix: 24 },
      ],
    ],
    ['igb0|10.0.1.2/255.255.255.0', [{ interface: 'igb0', address: '10.0.1.2', prefix: 24 }]],
    ['10.0.1.2', [{ interface: null, address: '10.0.1.2', prefix: null }]],
    ['vnet0|DHCP', [{ interface: 'vnet0', address: 'DHCP', prefix: null }]],
    ['none', []],
    ['', []],
  ])('%s', (stored, addresses) => {
    expect(parseJailAddresses(stored)).toEqual(addresses)
  })
  test('what is written is read back', () => {
    const addresses = [
      { interface: 'igb0', address: '10.0.1.2', prefix: 24 },
      { interface: null, address: '10.0.1.3', prefix: null },
    ]
    expect(parseJailAddresses(formatJailAddresses(addresses))).toEqual(addresses)
    expect(formatJailAddresses([])).toBe('none')
  })
  test('never throws, whatever was stored', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseJailAddresses(text)))
  })
})

describe('checking an address', () => {
  const inUse = new Map([
    ['10.0.1.2', 'www'],
    ['10.0.0.11', 'the host'],
  ])
  test.each([
    ['10.0.1.300', 24, /not an IPv4 address/],
    ['10.0.1.2', 24, /in use by www/],
    ['192.168.1.1', 24, /outside the network of igb0, 10.0.0.11\/8/],
    ['10.0.1.255', 24, /broadcast/],
    ['10.0.1.0', 24, /network address/],
    ['10.0.1.3', 33, /mask/],
  ])('%s/%i', (address, prefix, reason) => {
    expect(ip4Problem(address, prefix, igb0, inUse)).toMatch(reason)
  })
  test('a free one inside the network is fine', () => {
    expect(ip4Problem('10.0.1.3', 24, igb0, inUse)).toBeUndefined()
  })
  test('the next free one skips what is taken and the edges of its network', () => {
    expect(nextFreeIp4('10.0.1.1', 24, igb0, inUse)).toBe('10.0.1.3')
    expect(nextFreeIp4('10.0.1.254', 24, igb0, inUse)).toBe('10.0.2.1')
  })
})
