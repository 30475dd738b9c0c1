import { availableParallelism, networkInterfaces } from 'node:os'
import type { Dialect } from '../state.ts'
import { IocageError } from './errors.ts'
import { address4Refusal, ip4Refusal, ip6Refusal } from './ip-check.ts'
import { properties, RCTL_PROPERTIES } from './properties.ts'
import { truthy } from './python.ts'

/** A value that passed: what is printed, and what the file gets (1.13 rewrites some on the way). */
export interface Checked {
  shown: string
  stored: string | number
}

/**
 * Checks `value` for `key` as the dialect's iocage does, no stricter: words are searched as substrings, paths and
 * names are not looked at. Throws IocageError in its words. `config` is the jail's effective configuration.
 */
export function checkProperty(
  dialect: Dialect,
  key: string,
  value: string,
  config: Readonly<Record<string, unknown>>,
  options: { cli?: boolean; forDefaults?: boolean } = {},
): Checked {
  const property = properties(dialect)[key]
  if (property === undefined || property.check.kind === 'fixed') {
    // `set` looks whether the configuration has such a key, then refuses; `create` only looks for the key.
    if (!(key in config)) throw new IocageError(`${key} is not a valid property!`)
    if (options.cli === true) throw new IocageError(`${key} cannot be changed by the user.`)
    return { shown: value, stored: value }
  }
  if (property.defaultOnly === true && options.forDefaults !== true)
    throw new IocageError(`${key} can only be changed for defaults!`)

  if (property.check.kind === 'zfs') {
    if (key === 'quota' && value !== 'none' && !/[mgt]$/i.test(value))
      throw new IocageError(`${value} should have a suffix ending in M, G, or T.`)
    return { shown: value, stored: value }
  }

  const shown = property.bool === true ? String(Number(truthy(value))) : value
  const stored = property.bool === true ? Number(truthy(value)) : value
  if (property.check.kind === 'words') {
    if (dialect === '1.13') refuseNatWithBpf(key, value, config)
    const searched = dialect === '1.13' ? value.toLowerCase() : value
    if (property.check.words.some((word) => searched.includes(word))) return { shown, stored }
    throw new IocageError(`${value} is not a valid value for ${key}.\n${wordsExpected(key, property.check.words)}`)
  }
  return dialect === '1.13' ? checkText(key, value) : checkUuidText(key, value)
}

function wordsExpected(key: string, words: readonly string[]): string {
  if (key === 'interfaces') return 'Interfaces must be specified as a pair.\nEXAMPLE: vnet0:bridge0, vnet1:bridge1'
  if (key === 'memoryuse') return 'memoryuse requires at minimum a pair.\nEXAMPLE: 8g:log'
  return `Value must be ${words.join(' or ')}`
}

function refuseNatWithBpf(key: string, value: string, config: Readonly<Record<string, unknown>>): void {
  if (key !== 'nat' && key !== 'bpf') return
  const other = key === 'nat' ? 'bpf' : 'nat'
  if (truthy(value) && truthy(config[other]))
    throw new IocageError(`${other} should be disabled when ${key} is being enabled.`)
}

function checkUuidText(key: string, value: string): Checked {
  if (key === 'ip4_addr' && !value.includes('|'))
    throw new IocageError('IP address must contain both an interface and IP address.\nEXAMPLE: em0|192.168.1.10')
  return { shown: value, stored: value }
}

function checkText(key: string, value: string): Checked {
  const same = { shown: value, stored: value }
  // Every list of allowed words is searched as a substring, also the one that says "any string".
  if (value.toLowerCase().includes('string')) return same
  if (key === 'ip4_addr' || key === 'ip6_addr') return checkAddresses(key, value)
  if (/^vnet[0-3]_mac$/.test(key)) return checkMacs(key, value)
  if (RCTL_PROPERTIES.includes(key)) refuseLimit(key, value)
  else if (key === 'cpuset') refuseCpus(value)
  else if (key === 'mac_prefix' && !/^[0-9a-f][26ae][0-9a-f]{4}$/i.test(value))
    throw new IocageError(
      'Invalid mac_prefix. Must match `?X????` where ? can be any valid hex digit (0-9, A-F) and X is one of 2, 6, A or E.',
    )
  else if (key === 'vnet_default_interface' && !['none', 'auto'].includes(value) && !(value in networkInterfaces()))
    throw new IocageError('Please provide a valid NIC to be used with vnet')
  else if (key === 'localhost_ip' && value !== 'none') {
    const refusal = address4Refusal(value)
    if (refusal !== null) throw new IocageError(`Invalid IPv4 address: ${refusal}`)
  } else if (key === 'nat_forwards') return checkForwards(value)
  else if (key === 'nat_prefix' && value !== 'none') refusePrefix(value)
  else if (key === 'devfs_ruleset' || key === 'min_dyn_devfs_ruleset') {
    if (!/^\s*\+?\d+\s*$/.test(value)) throw new IocageError(`Invalid ${key} value: ${value}`)
    return { shown: value, stored: String(Number(value)) }
  }
  return same
}

function checkAddresses(key: 'ip4_addr' | 'ip6_addr', value: string): Checked {
  if (value === 'none' || /dhcp/i.test(value) || value.toLowerCase().includes('accept_rtadv'))
    return { shown: value, stored: value }
  const stored = value.split(',').map((entry) => {
    const [nic, address] = entry.includes('|')
      ? [entry.slice(0, entry.indexOf('|')).trim(), entry.slice(entry.indexOf('|') + 1).trim()]
      : [undefined, entry]
    if (nic === '') throw new IocageError('Please provide a valid interface')
    const refusal = (key === 'ip4_addr' ? ip4Refusal : ip6Refusal)(address)
    if (refusal !== null) throw new IocageError(`Please provide a valid ip: ${refusal}`)
    return nic === undefined || nic === 'DEFAULT' ? address : `${nic}|${address}`
  })
  return { shown: value, stored: stored.join(',') }
}

function checkMacs(key: string, value: string): Checked {
  if (value === '') return { shown: 'none', stored: 'none' }
  if (value === 'none') return { shown: value, stored: value }
  const macs = value.replaceAll(',', ' ').split(/\s+/).filter(Boolean)
  const valid = macs.every((mac) => /^[0-9a-f]{2}([-:]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i.test(mac))
  if (!valid || macs.length !== 2 || macs[0] === macs[1])
    throw new IocageError(`Please enter two valid and different space/comma-delimited MAC addresses for ${key}.`)
  return { shown: value.replaceAll(',', ' '), stored: value.replaceAll(',', ' ') }
}

/** Byte counts take a unit, plain counts none. */
const BYTES = 'memoryuse memorylocked vmemoryuse datasize stacksize coredumpsize swapuse msgqsize shmsize'.split(' ')
const IO = 'readbps writebps readiops writeiops'.split(' ')

function refuseLimit(key: string, value: string): void {
  if (value === 'off') return
  const [, action = '', unit = ''] = /^(deny|log|devctl|throttle|sig\w+)=\d+([bkmgtp]?)$/i.exec(value) ?? []
  const denied = action === 'deny' && (IO.includes(key) || key === 'cputime' || key === 'wallclock')
  const throttled = action === 'throttle' && !IO.includes(key)
  const unitless = unit !== '' && !BYTES.includes(key) && !IO.includes(key)
  if (action === '' || denied || throttled || unitless)
    throw new IocageError(
      `Please supply a valid value for rctl property ${key} following format "action=amount" or "off" where valid ` +
        'actions are "deny|log|devctl|sig*|throttle"',
    )
}

function refuseCpus(value: string): void {
  if (value === 'off' || value === 'all') return
  const range = /^(\d+)-(\d+)$/.exec(value)
  if (range === null && !/^\d+(,\d+)*$/.test(value))
    throw new IocageError(
      'Please specify a valid format for cpuset value.\nFollowing 4 formats are supported:\n' +
        '1) comma delimited string i.e 0,1,2,3\n2) a range of values i.e 0-2\n' +
        '3) "all" - all would mean using all cores\n4) off',
    )
  const cpus = availableParallelism()
  const asked = range === null ? value.split(',').map(Number) : [Number(range[1]), Number(range[2])]
  if (asked.some((cpu) => cpu >= cpus) || (range !== null && (asked[0] ?? 0) > (asked[1] ?? 0)))
    throw new IocageError(
      'Please make sure the provided cpus fall in the correct range of cpus.\n' +
        `For this system it is: ${Array.from({ length: cpus }, (_, at) => at).join(',')}`,
    )
}

function checkForwards(value: string): Checked {
  if (value === 'none') return { shown: value, stored: value }
  const forwards = value.split(',').map((forward) => (/^\d+$/.test(forward) ? `tcp(${forward})` : forward))
  if (
    !forwards.every(
      (forward) =>
        /^(tcp|udp|tcp\/udp)\(\d{1,5}[:-]?\d{1,5}\)$/.test(forward) || /^(tcp|udp|tcp\/udp)\(\d\)$/.test(forward),
    )
  )
    throw new IocageError(`Invalid nat_forwards value: ${value}`)
  return { shown: forwards.join(','), stored: forwards.join(',') }
}

function refusePrefix(value: string): void {
  if (address4Refusal(`${value}.0.0`) !== null)
    throw new IocageError(`Invalid nat_prefix value: ${value}\nSupply the first two octets only (XXX.XXX)`)
  const [first, second] = value.split('.').map(Number)
  const isPrivate =
    first === 10 || (first === 172 && second !== undefined && second >= 16 && second < 32) || value === '192.168'
  if (!isPrivate) throw new IocageError(`Invalid nat_prefix value: ${value}\nMust be a private range`)
}
