import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseOsRelease } from './host-facts.ts'
import { parseIfconfig } from './parse-ifconfig.ts'
import { parseDatasets, parsePools } from './parse-zfs.ts'

/** A captured output without its first line, which says what ran. */
const capture = (name: string) =>
  readFileSync(new URL(`./captures/${name}.txt`, import.meta.url), 'utf8').replace(/^.*\n/, '')

describe('ifconfig', () => {
  const interfaces = parseIfconfig(capture('ifconfig'))
  test('each paragraph is an interface', () => {
    expect(interfaces.map(({ name, mtu }) => [name, mtu])).toEqual([
      ['igb0', 1500],
      ['lo0', 16384],
      ['bridge0', 1500],
      ['vnet0.3', 1500],
    ])
  })
  test('addresses with the prefix of a hexadecimal mask, in the order of adding', () => {
    expect(interfaces[0]?.addresses).toEqual([
      { family: 'inet', address: '10.0.0.11', prefix: 8, jailId: null },
      { family: 'inet', address: '10.0.1.2', prefix: 24, jailId: null },
      { family: 'inet6', address: 'fe80::ec4:7aff:fe86:64da', prefix: 64, jailId: null },
    ])
  })
  test('the rest of what is shown', () => {
    expect(interfaces[0]).toMatchObject({ ether: '0c:c4:7a:86:64:da', status: 'active' })
    expect(interfaces[0]?.flags).toContain('PROMISC')
    expect(interfaces[2]?.members).toEqual(['vnet0.3', 'igb0'])
    expect(interfaces[3]?.description).toBe('associated with jail: db as nic: epair0b')
    expect(interfaces[1]?.text.split('\n')).toHaveLength(3)
  })
  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseIfconfig(text)))
  })
})

describe('zfs and zpool', () => {
  test('bytes, origin, and cells with nothing in them', () => {
    const datasets = parseDatasets(capture('zfs-list'))
    expect(datasets.map(({ name }) => name)).toEqual([
      'tank',
      'tank/iocage/jails/www',
      'tank/iocage/jails/www/root',
      'tank/vol',
    ])
    expect(datasets[2]).toMatchObject({ usedBytes: 211709952, origin: 'tank/iocage/templates/base/root@www' })
    expect(datasets[3]).toMatchObject({ usedBytes: 0, mountpoint: '-', origin: null })
  })
  test('pools', () => {
    expect(parsePools('tank\t83523510272\t83523506176\tONLINE\nnonsense\n')).toEqual([
      { name: 'tank', sizeBytes: 83523510272, freeBytes: 83523506176, health: 'ONLINE', active: false },
    ])
  })
})

describe('os-release', () => {
  test('quotes and escapes', () => {
    const said = parseOsRelease('NAME=FreeBSD\nPRETTY_NAME="FreeBSD 14.3-RELEASE"\n# no\nVARIANT=\'a \\$b\'\n')
    expect([...said]).toEqual([
      ['NAME', 'FreeBSD'],
      ['PRETTY_NAME', 'FreeBSD 14.3-RELEASE'],
      ['VARIANT', 'a $b'],
    ])
  })
})
