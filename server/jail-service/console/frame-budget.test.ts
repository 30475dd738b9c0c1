import { describe, expect, test } from 'vitest'
import { FrameBudget } from './frame-budget.ts'

describe('a budget of frames', () => {
  test('allows a burst of twice the rate, then the rate', () => {
    let now = 0
    const budget = new FrameBudget(10, () => now)
    const taken = () => Array.from({ length: 100 }, () => budget.take()).filter(Boolean).length
    expect(taken()).toBe(20)
    now = 500
    expect(taken()).toBe(5)
    now = 60_000
    expect(taken()).toBe(20)
  })

  test('frames that are given back cost nothing', () => {
    const budget = new FrameBudget(10, () => 0)
    for (let frame = 0; frame < 1_000; frame += 1) {
      expect(budget.take()).toBe(true)
      budget.giveBack()
    }
  })
})
