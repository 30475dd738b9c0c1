import { describe, expect, test } from 'vitest'
import { type CallKind, CallLimits } from './call-limits.ts'

/** How many of `n` calls come through. */
function through(limits: CallLimits, kind: CallKind, caller: string, n: number): number {
  let passed = 0
  for (let call = 0; call < n; call += 1)
    try {
      limits.count(kind, caller)
      passed += 1
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate_limited', detail: { retryAfterS: 1 } })
    }
  return passed
}

describe('limits of calls', () => {
  test('a burst, then so many in a minute, whoever else calls', () => {
    let now = 0
    const limits = new CallLimits(() => now)
    expect(through(limits, 'change', 'ada', 1_000)).toBe(600)
    expect(through(limits, 'change', 'bob', 10)).toBe(10)
    expect(through(limits, 'read', 'ada', 10)).toBe(10)
    now += 60_000
    expect(through(limits, 'change', 'ada', 1_000)).toBe(120)
    now += 60 * 60_000
    expect(through(limits, 'change', 'ada', 1_000)).toBe(600)
  })

  test('refused calls do not make the wait longer', () => {
    let now = 0
    const limits = new CallLimits(() => now)
    through(limits, 'anyone', '192.0.2.1', 10_000)
    now += 1_000
    expect(through(limits, 'anyone', '192.0.2.1', 10)).toBe(2)
  })

  test('what is remembered is bounded', () => {
    const limits = new CallLimits(() => 0)
    through(limits, 'anyone', 'first', 240)
    for (let n = 0; n < 10_000; n += 1) limits.count('anyone', `address${n}`)
    expect(through(limits, 'anyone', 'first', 1)).toBe(1)
  })
})
