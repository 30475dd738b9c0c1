import { expect, test } from 'vitest'
import { FormerTokens } from './former-tokens.ts'

test('a token that was given up is known for ten seconds, as what the session was', () => {
  let now = 0
  const former = new FormerTokens(() => now)
  former.add('old', { sessionId: 's', strong: false })
  now = 9_999
  expect(former.find(['new', 'old'])).toMatchObject({ sessionId: 's', strong: false })
  expect(former.find(['other'])).toBeUndefined()
  now = 10_000
  expect(former.find(['new', 'old'])).toBeUndefined()
})
