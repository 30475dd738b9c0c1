import { describe, expect, test } from 'vitest'
import { LoginLimits } from './login-limits.ts'

/** Seconds that a login has to wait at this moment. */
const wait = (limits: LoginLimits, account: string, address: string): number => {
  try {
    limits.check(account, address)
    return 0
  } catch (error) {
    return (error as { detail: { retryAfterS: number } }).detail.retryAfterS
  }
}

describe('limits of guessing', () => {
  test('five for an account are free, then the wait doubles up to 15 minutes, and ends', () => {
    let now = 0
    const limits = new LoginLimits(() => now)
    const waits: number[] = []
    for (let n = 0; n < 13; n += 1) {
      limits.attempt('ada', `10.0.0.${n}`)
      waits.push(wait(limits, 'Ada', '192.0.2.1'))
      now += 1
    }
    expect(waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900])
    now += 900_000
    expect(wait(limits, 'ada', '192.0.2.1')).toBe(0)
  })
  test('twenty from an address, for whatever account', () => {
    const limits = new LoginLimits(() => 0)
    for (let n = 0; n < 19; n += 1) limits.attempt(`user${n}`, '10.0.0.1')
    expect(wait(limits, 'other', '10.0.0.1')).toBe(0)
    limits.attempt('user19', '10.0.0.1')
    expect(wait(limits, 'other', '10.0.0.1')).toBe(30)
    expect(wait(limits, 'other', '10.0.0.2')).toBe(0)
  })
  test('a good login forgives the account, not what the address did to others', () => {
    const limits = new LoginLimits(() => 0)
    for (let n = 0; n < 4; n += 1) limits.attempt('ada', '10.0.0.1')
    for (let n = 0; n < 17; n += 1) limits.attempt(`user${n}`, '10.0.0.1')
    limits.attempt('ada', '10.0.0.1')
    limits.succeeded('ada', '10.0.0.1')
    expect(wait(limits, 'ada', '10.0.0.2')).toBe(0)
    expect(wait(limits, 'ada', '10.0.0.1')).toBeGreaterThan(0)
  })
  test('what is remembered is bounded', () => {
    const limits = new LoginLimits(() => 0)
    for (let n = 0; n < 20_000; n += 1) limits.attempt(`user${n}`, `address${n}`)
    for (let n = 0; n < 5; n += 1) limits.attempt('ada', '10.0.0.1')
    expect(wait(limits, 'ada', '10.0.0.9')).toBe(30)
  })
})
