import { describe, expect, test } from 'vitest'
import type { Job, JobState } from '@/lib/job.ts'
import { bulkState } from './bulk-state.ts'

const child = (state: JobState, target = state): Job => ({
  ...{ id: '8d4d3e0e-3b3e-4d7e-9c51-0d7f4a7f1a11', host: 'h', parentId: null, kind: 'jail.start', title: target },
  ...{ jailId: null, target, commands: [], state, actor: 'ada', createdAt: '', startedAt: null, endedAt: null },
  ...{ exitCode: null, progress: state === 'running' ? 0.5 : null, lastLine: '', failure: null, cancellable: true },
})
const states = (...list: JobState[]) => bulkState(list.map((state) => child(state)))

describe('a bulk action is what its parts are', () => {
  test.each([
    ['waiting', ['waiting', 'waiting']],
    ['running', ['waiting', 'running']],
    ['running', ['succeeded', 'waiting']],
    ['succeeded', ['succeeded', 'succeeded']],
    ['failed', ['succeeded', 'failed']],
    ['failed', ['cancelled', 'failed']],
    ['failed', ['timed_out']],
    ['cancelled', ['succeeded', 'cancelled']],
    ['interrupted', ['succeeded', 'interrupted']],
  ] as [JobState, JobState[]][])('%s of %j', (state, parts) => {
    expect(states(...parts).state).toBe(state)
  })
  test('progress counts what ended and part of what runs', () => {
    expect(states('succeeded', 'failed', 'running', 'waiting').progress).toBe(2.5 / 4)
  })
  test('a failure names who', () => {
    const { failure, lastLine } = bulkState([
      child('succeeded'),
      child('failed', 'www' as never),
      child('failed', 'db' as never),
    ])
    expect(failure?.message).toBe('2 of 3 did not succeed: www, db.')
    expect(lastLine).toBe('3 of 3 done, 2 not')
  })
})
