import { describe, expect, test } from 'vitest'
import type { Job } from '@/lib/job.ts'
import { failureWord, lastFailure } from './last-failure.ts'

const id = 'iocage:www'
const job = (n: number, kind: Job['kind'], state: Job['state'], message = 'It did not.') =>
  ({
    id: String(n),
    jailId: id,
    kind,
    state,
    createdAt: new Date(n * 1_000).toISOString(),
    failure: state === 'failed' ? { message, hint: '' } : null,
  }) as Job
const down = { id, state: 'down' } as const
const up = { id, state: 'up' } as const

describe('the last failure of a jail', () => {
  test('is told while nothing newer happened', () => {
    expect(lastFailure([job(1, 'jail.start', 'failed')], down)?.id).toBe('1')
    expect(lastFailure([job(2, 'jail.set', 'failed'), job(1, 'jail.start', 'succeeded')], up)?.id).toBe('2')
  })
  test('ends with the next job, whatever came of it', () => {
    const before = job(1, 'jail.start', 'failed')
    expect(lastFailure([before, job(2, 'jail.start', 'running')], down)).toBeUndefined()
    expect(lastFailure([before, job(2, 'jail.set', 'succeeded')], down)).toBeUndefined()
    expect(lastFailure([before, job(2, 'jail.start', 'timed_out')], down)?.id).toBe('2')
  })
  test('ends when the host shows what was asked for, as after a start in a terminal', () => {
    expect(lastFailure([job(1, 'jail.start', 'failed')], up)).toBeUndefined()
    expect(lastFailure([job(1, 'jail.stop', 'failed')], down)).toBeUndefined()
    expect(lastFailure([job(1, 'jail.start', 'failed', 'www is up. Its exec_start failed.')], up)?.id).toBe('1')
  })
  test('is of this jail only, and nobody’s wish is no failure', () => {
    expect(lastFailure([job(1, 'jail.start', 'failed')], { id: 'iocage:db', state: 'down' })).toBeUndefined()
    expect(lastFailure([job(1, 'jail.start', 'cancelled')], down)).toBeUndefined()
  })
  test('in a word', () => {
    expect(failureWord(job(1, 'jail.start', 'failed'))).toBe('start failed')
    expect(failureWord(job(1, 'jail.destroy', 'timed_out'))).toBe('destroy timed out')
  })
})
