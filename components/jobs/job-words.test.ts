import { describe, expect, test } from 'vitest'
import type { Job } from '@/lib/job.ts'
import { jobDuration, stripJobs } from './job-words.ts'

const at = (ms: number) => new Date(ms).toISOString()

describe('how long a job ran', () => {
  test.each([
    [null, null, undefined],
    [at(0), at(420), '0.4 s'],
    [at(0), at(12_000), '12 s'],
    [at(0), at(200_000), '3 min 20 s'],
    [at(0), null, '1 min 0 s'],
  ])('%s to %s', (startedAt, endedAt, text) => {
    expect(jobDuration({ startedAt, endedAt }, 60_000)).toBe(text)
  })
})

describe('the strip', () => {
  const job = (id: string, state: Job['state'], parentId: string | null = null) =>
    ({ id, state, parentId, createdAt: at(Number(id)) }) as Job
  test('shows the oldest running one and counts, children under their parent', () => {
    const strip = stripJobs([
      job('3', 'running'),
      job('2', 'running'),
      job('1', 'waiting'),
      job('4', 'running', '2'),
      job('5', 'succeeded'),
    ])
    expect(strip).toMatchObject({ shown: { id: '2' }, running: 2, waiting: 1 })
  })
  test('a waiting one when none runs', () => {
    expect(stripJobs([job('1', 'waiting')]).shown?.id).toBe('1')
  })
})
