import { describe, expect, test } from 'vitest'
import { auditQuery, timeRange } from './audit-query.ts'

describe('a search line', () => {
  test.each([
    ['', {}],
    ['www', { search: 'www' }],
    ['who:ada', { actor: 'ada' }],
    ['who:ada jail:www  changed notes', { actor: 'ada', target: 'www', search: 'changed notes' }],
    ['verb:jail.stop', { verb: 'jail.stop' }],
    ['user:bob', { target: 'bob' }],
    ['constructor:x', { search: 'constructor:x' }],
    ['fe80::1', { search: 'fe80::1' }],
  ])('%j', (line, query) => expect(auditQuery(line)).toEqual(query))
})

describe('days', () => {
  test('are whole, the last one too', () => {
    const { since, until } = timeRange('2026-11-25', '2026-11-25')
    expect(Date.parse(until ?? '') - Date.parse(since ?? '')).toBe(86_400_000)
  })
  test('that are none say nothing', () => expect(timeRange('soon', '')).toEqual({}))
})
