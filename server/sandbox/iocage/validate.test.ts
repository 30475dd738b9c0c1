import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { readCapture, wordsOf } from './captures/read-capture.ts'
import { ip4Refusal, ip6Refusal } from './ip-check.ts'
import { defaultValues, properties } from './properties.ts'
import { checkProperty } from './validate.ts'

const own = { host_hostuuid: 'www', host_hostname: 'www', release: '14.3-RELEASE-p5', jail_zfs_dataset: '' }
const config = { ...defaultValues('1.13'), ...own }

describe('1.13 answers as captured', () => {
  const settings = readCapture('session-1.13.txt').filter(({ command }) => command.startsWith('iocage set '))
  // `set X=Y JAIL` that failed because of its value; the cpu range is this machine's.
  const failures = settings.filter(
    ({ status, command }) => status === 1 && !/nosuch|bogus www$|notes=x$|last_started|used=1/.test(command),
  )
  test.each(failures)('$command', ({ command, stderr }) => {
    const assignment = wordsOf(command)[2] ?? ''
    const at = assignment.indexOf('=')
    const check = () => checkProperty('1.13', assignment.slice(0, at), assignment.slice(at + 1), config, { cli: true })
    if (assignment === 'cpuset=9' && availableParallelism() > 9) return
    expect(check).toThrow(
      stderr.replace(
        /it is: .*/,
        `it is: ${Array.from({ length: availableParallelism() }, (_, cpu) => cpu).join(',')}`,
      ),
    )
  })

  const successes = settings.filter(({ status, command }) => status === 0 && !command.includes('default'))
  test.each(successes)('$command', ({ command, stdout }) => {
    const assignments = wordsOf(command).slice(2, -1)
    const shown = assignments
      .filter((assignment) => !/^(cpuset|memoryuse=deny)/.test(assignment))
      .map((assignment) => {
        const at = assignment.indexOf('=')
        return checkProperty('1.13', assignment.slice(0, at), assignment.slice(at + 1), config, { cli: true }).shown
      })
    for (const value of shown) expect(stdout).toContain(`-> ${value}`)
  })
})

test('the defaults of 1.13 are those captured', () => {
  const lines = readCapture('session-1.13.txt')
    .find(({ command }) => command === 'iocage get all default')
    ?.stdout.split('\n')
  const machine = /^(hostid|mac_prefix):/
  const ours = Object.entries(defaultValues('1.13'))
    .map(([key, value]) => `${key}:${value}`)
    .filter((line) => !machine.test(line))
  expect(ours.toSorted()).toEqual(lines?.filter((line) => !machine.test(line)).toSorted())
})

test('0.9.7 has about a hundred properties, each a string', () => {
  const values = Object.values(defaultValues('0.9.7'))
  expect(values.every((value) => typeof value === 'string')).toBe(true)
  expect(Object.keys(properties('0.9.7')).length).toBeGreaterThan(95)
})

test('what the real one does not check passes here too', () => {
  const stored = (key: string, value: string) => checkProperty('1.13', key, value, config).stored
  expect(stored('boot', 'anon')).toBe(0)
  expect(stored('priority', 'abc1')).toBe('abc1')
  expect(stored('ip4_addr', 'nonsense DHCP; rm -rf /')).toBe('nonsense DHCP; rm -rf /')
  expect(stored('exec_prestart', '/nonexistent')).toBe('/nonexistent')
  expect(stored('ip4_addr', 'DEFAULT|10.0.0.5/24')).toBe('10.0.0.5/24')
})

test('0.9.7 wants an interface with an address, so it refuses none', () => {
  const check = (value: string) => () =>
    checkProperty('0.9.7', 'ip4_addr', value, defaultValues('0.9.7'), { cli: true })
  expect(check('none')).toThrow('IP address must contain both an interface and IP address.\nEXAMPLE: em0|192.168.1.10')
  expect(check('igb0|10.0.1.2/24')).not.toThrow()
})

test('addresses are refused in the words of Python', () => {
  expect(ip4Refusal('10.0.0.5/24')).toBeNull()
  expect(ip4Refusal('10.0.0.5/255.255.255.0')).toBeNull()
  expect(ip4Refusal('10.0.0.5/255.0.255.0')).toBe("'255.0.255.0' is not a valid netmask")
  expect(ip4Refusal('10.0.0.05')).toBe("Leading zeros are not permitted in '05' in '10.0.0.05'")
  expect(ip4Refusal("a'b")).toBe('Expected 4 octets in "a\'b"')
  expect(ip6Refusal('2001:db8::20/64')).toBeNull()
  expect(ip6Refusal('::ffff:10.0.0.1')).toBeNull()
  expect(ip6Refusal('1::2::3')).toBe("At most one '::' permitted in '1::2::3'")
  expect(ip6Refusal('1:2')).toBe("At least 3 parts expected in '1:2'")
})
