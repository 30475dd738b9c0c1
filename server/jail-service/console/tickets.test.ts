import { describe, expect, test } from 'vitest'
import { FrameBudget } from './frame-budget.ts'
import type { Ticket } from './tickets.ts'
import { ConsoleTickets, TICKET_LIFE_MS } from './tickets.ts'

const wish: Ticket = {
  ...{ sessionId: 's1', userId: 'u1', jailId: 'iocage:www', consoleId: undefined, fresh: false },
  ...{ mode: 'input', choice: {}, reason: '' },
}

describe('a ticket', () => {
  test('opens once, for the session that asked for it', () => {
    const tickets = new ConsoleTickets()
    const secret = tickets.issue(wish)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(tickets.redeem(secret, 's1')).toMatchObject(wish)
    expect(tickets.redeem(secret, 's1')).toBeUndefined()
  })

  test('is void after another session showed it', () => {
    const tickets = new ConsoleTickets()
    const secret = tickets.issue(wish)
    expect(tickets.redeem(secret, 's2')).toBeUndefined()
    expect(tickets.redeem(secret, 's1')).toBeUndefined()
  })

  test('is void after 30 s', () => {
    let now = 0
    const tickets = new ConsoleTickets(() => now)
    const secret = tickets.issue(wish)
    now = TICKET_LIFE_MS
    expect(tickets.redeem(secret, 's1')).toBeUndefined()
  })

  test('is one of few at once for a user, and old ones make room', () => {
    let now = 0
    const tickets = new ConsoleTickets(() => now)
    for (let n = 0; n < 20; n += 1) tickets.issue(wish)
    expect(() => tickets.issue(wish)).toThrow('Too many')
    expect(() => tickets.issue({ ...wish, userId: 'u2' })).not.toThrow()
    now = TICKET_LIFE_MS
    expect(() => tickets.issue(wish)).not.toThrow()
  })
})

test('a frame budget allows a burst, then its rate', () => {
  let now = 0
  const budget = new FrameBudget(10, () => now)
  const taken = () => Array.from({ length: 100 }, () => budget.take()).filter(Boolean).length
  expect(taken()).toBe(20)
  now = 500
  expect(taken()).toBe(5)
  now = 60_000
  expect(taken()).toBe(20)
})
