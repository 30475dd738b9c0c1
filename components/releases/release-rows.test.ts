import { expect, test } from 'vitest'
import type { Release } from '@/lib/host.ts'
import type { Job } from '@/lib/job.ts'
import { releaseRows } from './release-rows.ts'

const release = (name: string, fetched = false) => ({ name, fetched, usedBy: [] }) as unknown as Release
const fetch = (target: string, state: Job['state'], createdAt: string, failure: Job['failure'] = null) =>
  ({ kind: 'release.fetch', target, state, createdAt, failure }) as Job
const why = { message: 'The mirror cannot be reached.', hint: '' }
const now = Date.parse('2026-01-01T00:00:00Z')

test('newest first, each with the fetch that works on it', () => {
  const rows = releaseRows(
    [release('9.3-RELEASE'), release('14.3-RELEASE', true), release('15.0-RELEASE')],
    [fetch('15.0-RELEASE', 'running', '2'), fetch('15.0-RELEASE', 'failed', '1', why)],
    now,
  )
  expect(rows.map((row) => [row.release.name, row.fetching?.createdAt, row.ended?.state])).toEqual([
    ['15.0-RELEASE', '2', undefined],
    ['14.3-RELEASE', undefined, undefined],
    ['9.3-RELEASE', undefined, undefined],
  ])
})

test('a release asked for by name stands there while it is fetched, and when it could not be', () => {
  const [row] = releaseRows([], [fetch('11.0-RELEASE', 'running', '1')], now)
  expect(row).toMatchObject({
    release: { name: '11.0-RELEASE', endOfLifePassed: true },
    fetching: { state: 'running' },
  })
  expect(releaseRows([], [fetch('8.9-RELEASE', 'failed', '1', why)], now)).toMatchObject([
    { ended: { state: 'failed' } },
  ])
  expect(releaseRows([], [fetch('8.9-RELEASE', 'cancelled', '1')], now)).toEqual([])
})

test('what failed once and is here now says nothing of it', () => {
  const [row] = releaseRows([release('14.3-RELEASE', true)], [fetch('14.3-RELEASE', 'failed', '1', why)], now)
  expect(row?.ended).toBeUndefined()
})
