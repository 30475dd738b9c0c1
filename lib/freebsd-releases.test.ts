import { describe, expect, test } from 'vitest'
import { byReleaseNewestFirst, isPastEndOfLife, releaseEndOfLife, supportedReleases } from './freebsd-releases.ts'

const day = (text: string) => Date.parse(`${text}T12:00:00Z`)

describe('end of life', () => {
  test('the primer’s release', () => {
    expect(releaseEndOfLife('11.0-RELEASE')).toBe('2017-11-30')
    expect(isPastEndOfLife('11.0-RELEASE', day('2017-11-30'))).toBe(false)
    expect(isPastEndOfLife('11.0-RELEASE', day('2017-12-01'))).toBe(true)
  })
  test('a release nobody knows is not called old', () => {
    expect(releaseEndOfLife('99.0-RELEASE')).toBeNull()
    expect(isPastEndOfLife('99.0-RELEASE', day('2100-01-01'))).toBe(false)
  })
  test('what was supported on a day, newest first', () => {
    expect(supportedReleases(day('2025-08-01'))).toEqual(expect.arrayContaining(['14.3-RELEASE', '13.5-RELEASE']))
    expect(supportedReleases(day('2026-11-24'))).toEqual(['15.1-RELEASE', '14.4-RELEASE'])
  })
  test('order', () => {
    expect(['9.3-RELEASE', '14.1-RELEASE', '14.3-RELEASE', '11.0-RELEASE'].sort(byReleaseNewestFirst)).toEqual([
      '14.3-RELEASE',
      '14.1-RELEASE',
      '11.0-RELEASE',
      '9.3-RELEASE',
    ])
  })
})
