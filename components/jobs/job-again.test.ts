import { describe, expect, test } from 'vitest'
import type { Jail } from '@/lib/jail.ts'
import type { Job } from '@/lib/job.ts'
import { againOf } from './job-again.ts'

const job = (facts: Partial<Job>) =>
  ({ kind: 'jail.start', state: 'failed', jailId: 'iocage:www', target: 'www', ...facts }) as Job
const www = { tag: 'www', kind: 'jail', state: 'down', readOnly: null, problem: null } as Jail
const jailOf = (id: string) => (id === 'iocage:www' ? www : undefined)

describe('doing a job again', () => {
  test('a failed start starts the same jail', () => {
    expect(againOf(job({}), [], jailOf)).toEqual({
      again: { verb: 'jail.start', input: { id: 'iocage:www' } },
      right: 'jail:start',
      refusal: undefined,
    })
  })
  test('a jail in the wrong state, or gone, says so', () => {
    expect(againOf(job({ kind: 'jail.stop' }), [], jailOf)?.refusal).toBe('www is not running.')
    expect(againOf(job({ jailId: 'iocage:gone', target: 'gone' }), [], jailOf)?.refusal).toBe('gone is gone.')
  })
  test('of a bulk action only what did not succeed', () => {
    const parts = [
      job({ jailId: 'iocage:a', state: 'succeeded' }),
      job({ jailId: 'iocage:b' }),
      job({ jailId: 'iocage:c', state: 'cancelled' }),
    ]
    expect(againOf(job({ kind: 'bulk', jailId: null }), parts, jailOf)?.again).toEqual({
      verb: 'jail.bulk',
      input: { jails: [{ id: 'iocage:b' }, { id: 'iocage:c' }], action: 'start' },
    })
  })
  test('a cancelled fetch fetches the same release', () => {
    expect(
      againOf(job({ kind: 'release.fetch', state: 'cancelled', target: '11.0-RELEASE' }), [], jailOf)?.again,
    ).toEqual({
      verb: 'release.fetch',
      input: { release: '11.0-RELEASE' },
    })
  })
  test.each([
    job({ state: 'running' }),
    job({ state: 'succeeded' }),
    job({ kind: 'jail.destroy' }),
    job({ kind: 'jail.create', jailId: null }),
    job({ kind: 'release.fetch', state: 'succeeded' }),
  ])('not where it makes no sense: $kind $state', (one) => {
    expect(againOf(one, [], jailOf)).toBeUndefined()
  })
})
