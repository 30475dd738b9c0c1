import { expect, test } from 'vitest'
import { Challenges } from './challenges.ts'

test('a challenge is good once, for its purpose, for three minutes', () => {
  let now = 0
  const challenges = new Challenges(() => now)
  challenges.add('a', '')
  expect(challenges.take('a', 'ada')).toBe(false)
  expect(challenges.take('a', '')).toBe(true)
  expect(challenges.take('a', '')).toBe(false)
  expect(challenges.take('made up', '')).toBe(false)
  challenges.add('b', 'ada')
  now = 3 * 60_000
  expect(challenges.take('b', 'ada')).toBe(false)
})

test('what is remembered is bounded: the oldest go', () => {
  const challenges = new Challenges(() => 0)
  for (let n = 0; n < 10_001; n += 1) challenges.add(`c${n}`, '')
  expect(challenges.take('c0', '')).toBe(false)
  expect(challenges.take('c1', '')).toBe(true)
})
