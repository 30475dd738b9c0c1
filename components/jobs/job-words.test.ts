import { describe, expect, test } from 'vitest'
import type { Job } from '@/lib/job.ts'
import { jobDuration, progressWords, stripJobs } from './job-words.ts'

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

test.each([
  ['Downloading: base.txz:  13%|█▎        | 5.0M/36.7M [12.62MB/s]', 'Downloading: base.txz 5.0M/36.7M [12.62MB/s]'],
  ['Downloading: base.txz [####----]  40%  1.2MB/s', 'Downloading: base.txz 1.2MB/s'],
  ['  + Started OK', '  + Started OK'],
])('the progress line %j says %j', (line, words) => {
  expect(progressWords(line)).toBe(words)
})

describe('the strip', () => {
  const job = (id: string, state: Job['state'], facts: Partial<Job> = {}) =>
    ({ id, state, parentId: null, actor: 'mk', createdAt: at(Number(id)), endedAt: null, ...facts }) as Job
  const strip = (jobs: Job[], seen: string[] = []) => stripJobs(jobs, 'mk', new Set(seen))

  test('shows the oldest running one and counts, children under their parent', () => {
    const shown = strip([
      job('3', 'running'),
      job('2', 'running'),
      job('1', 'waiting'),
      job('4', 'running', { parentId: '2' }),
      job('5', 'succeeded', { endedAt: at(9) }),
    ])
    expect(shown).toMatchObject({ shown: { id: '2' }, running: 2, waiting: 1 })
  })
  test('a waiting one when none runs', () => {
    expect(strip([job('1', 'waiting')]).shown?.id).toBe('1')
  })
  test('a failure stays until it was seen, also when something ended after it', () => {
    const jobs = [job('1', 'failed', { endedAt: at(2) }), job('3', 'succeeded', { endedAt: at(4) })]
    expect(strip(jobs)).toMatchObject({ shown: { id: '1' }, unseen: [{ id: '1' }] })
    expect(strip(jobs, ['1'])).toMatchObject({ shown: { id: '3' }, unseen: [] })
  })
  test('failures of others do not stay', () => {
    const jobs = [job('1', 'failed', { endedAt: at(2), actor: 'jo' }), job('3', 'succeeded', { endedAt: at(4) })]
    expect(strip(jobs)).toMatchObject({ shown: { id: '3' }, unseen: [] })
  })
  test('nothing at all', () => {
    expect(strip([])).toEqual({ shown: undefined, running: 0, waiting: 0, unseen: [] })
  })
})
