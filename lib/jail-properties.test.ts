import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jailProperties, jailPropertyProblem } from './jail-properties.ts'

describe('the catalogue', () => {
  test('everything that runs on the host as root is marked', () => {
    const commands = ['exec_prestart', 'exec_poststart', 'exec_prestop', 'exec_poststop', 'exec_created']
    expect(commands.map((name) => jailProperties.get(name)?.dangerous)).toEqual(commands.map(() => true))
    expect(jailProperties.get('boot')?.dangerous).toBe(false)
  })
  test('every row has a sentence', () => {
    for (const { name, meaning } of jailProperties.values()) expect(meaning, name).toMatch(/^\p{Lu}?.+\.$/u)
  })
})

describe('values', () => {
  test.each([
    ['boot', 'on'],
    ['boot', '0'],
    ['host_hostname', 'www.example.org'],
    ['ip4_addr', 'igb0|10.0.1.2/24,igb0|10.0.1.3/24'],
    ['ip4_addr', 'none'],
    ['ip4_addr', 'vnet0|DHCP'],
    ['notes', 'anything; "goes" $(here)'],
    ['enforce_statfs', '1'],
    ['something_new', 'x'],
  ])('%s=%s may be given', (name, value) => {
    expect(jailPropertyProblem(name, value)).toBeUndefined()
  })
  test.each([
    ['boot', 'anon'],
    ['boot', ''],
    ['host_hostname', '-x'],
    ['host_hostname', 'a b'],
    ['host_hostname', ''],
    ['host_hostname', `${'a'.repeat(64)}.org`],
    ['ip4_addr', 'igb0|999.1.1.1/24'],
    ['ip4_addr', 'igb0|10.0.1.2/33'],
    ['ip4_addr', '$(id)|10.0.1.2/24'],
    ['ip4_addr', 'hello'],
    ['enforce_statfs', '3'],
    ['priority', 'abc1'],
    ['notes', 'a\nb'],
    ['notes', '\u001B[31m'],
  ])('%s=%j is refused in words', (name, value) => {
    expect(jailPropertyProblem(name, value)).toMatch(/\w/)
  })
  test('no accepted value has a control character, whatever the property', () => {
    fc.assert(
      fc.property(fc.constantFrom(...jailProperties.keys()), fc.string({ unit: 'binary' }), (name, value) => {
        // eslint-disable-next-line no-control-regex
        return jailPropertyProblem(name, value) !== undefined || !/[\u0000-\u001F\u007F]/.test(value)
      }),
    )
  })
})
