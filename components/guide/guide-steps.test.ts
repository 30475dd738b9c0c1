import { describe, expect, test } from 'vitest'
import type { Job } from '@/lib/job.ts'
import { type GuideFacts, guideSteps, type GuideStepId, jobOfStep } from './guide-steps.ts'

const pool = { name: 'tank', sizeBytes: 4e12, freeBytes: 3.5e12, health: 'ONLINE', active: false }
const driver = { name: 'iocage', version: '0.9.7', dialect: 'uuid-tag' as const }
const network = {
  name: 'igb0',
  address: '10.0.0.11',
  prefix: 8,
  proposed: '10.0.1.3',
  inUse: new Map<string, string>(),
}
const nothing: GuideFacts = {
  host: { pools: [pool], driver },
  jails: [],
  releases: [{ name: '14.3-RELEASE', fetched: false, endOfLifePassed: false }],
  consoleJailIds: [],
  network,
}
const active = { pools: [{ ...pool, active: true }], driver }
const fetched = [{ name: '11.0-RELEASE', fetched: true, endOfLifePassed: true }]
const jail: GuideFacts['jails'][number] = {
  id: 'iocage:b650',
  driver: 'iocage',
  kind: 'jail',
  tag: 'template',
  uuid: 'b650df9e-f7e8-48b8-b18b-1992cd005473',
  state: 'down',
  ip4: [],
  source: { kind: 'release', name: '11.0-RELEASE' },
  lastStarted: null,
  hostHostname: 'template',
}
const template = { ...jail, kind: 'template' as const }
const www = {
  ...jail,
  id: 'iocage:2ae9',
  uuid: '2ae9abbc-4070-4af1-8056-432e81ee1f84',
  tag: 'www',
  hostHostname: '2ae9abbc-4070-4af1-8056-432e81ee1f84',
  source: { kind: 'template' as const, name: 'template' },
}
const ready: GuideFacts = { ...nothing, host: active, releases: fetched }

const done = (facts: GuideFacts) =>
  guideSteps(facts)
    .filter(({ done }) => done)
    .map(({ id }) => id)
const step = (facts: GuideFacts, id: GuideStepId) => {
  const found = guideSteps(facts).find((one) => one.id === id)
  if (found === undefined) throw new Error(id)
  return found
}

describe('the guide', () => {
  test('nothing is ticked on an empty host', () => {
    expect(done(nothing)).toEqual([])
  })
  test('each step is ticked by what the host shows', () => {
    expect(done({ ...nothing, host: active })).toEqual(['activate'])
    expect(done(ready)).toEqual(['activate', 'fetch'])
    expect(done({ ...ready, jails: [jail] })).toEqual(['activate', 'fetch', 'create'])
  })
  test('an address alone does not tick the start', () => {
    const ip4 = [{ interface: 'igb0', address: '10.0.1.100', prefix: 24 }]
    expect(done({ ...ready, jails: [{ ...jail, ip4 }] })).not.toContain('address')
    expect(done({ ...ready, jails: [{ ...jail, ip4, state: 'up' }] })).toContain('address')
  })
  test('a console ticks its step, and its step alone is not needed for the next', () => {
    const up = { ...jail, state: 'up' as const }
    expect(done({ ...ready, jails: [up], consoleJailIds: [up.id] })).toContain('console')
    expect(step({ ...ready, jails: [up] }, 'convert').blocked).toBeUndefined()
  })
  test('a template made in a terminal ticks everything before it', () => {
    expect(done({ ...ready, jails: [template] })).toEqual([
      'activate',
      'fetch',
      'create',
      'address',
      'console',
      'convert',
    ])
  })
  test('the end: www is up with an address', () => {
    const ip4 = [{ interface: 'igb0', address: '10.0.1.2', prefix: 24 }]
    expect(done({ ...ready, jails: [template, { ...www, ip4, state: 'up' }] })).toHaveLength(8)
    expect(done({ ...ready, jails: [template, { ...www, ip4 }] })).toHaveLength(7)
  })

  test('commands are those of the host’s dialect', () => {
    const today: GuideFacts = { ...ready, host: { ...active, driver: { ...driver, dialect: 'name' } } }
    expect(step(ready, 'create').commands).toEqual(['iocage create tag=template -r 11.0-RELEASE'])
    expect(step(today, 'create').commands).toEqual(['iocage create -n template -r 11.0-RELEASE'])
    expect(step(ready, 'address').commands).toEqual([
      "iocage set 'ip4_addr=igb0|10.0.1.100/24' template",
      'iocage set host_hostname=template template',
      'iocage start template',
    ])
    expect(step(today, 'convert').commands).toEqual(['iocage stop -- template', 'iocage set -- template=yes template'])
  })

  test('a click does what is missing, in order, and nothing twice', () => {
    const verbs = (facts: GuideFacts, id: GuideStepId) =>
      step(facts, id).changes.map(({ verb, input }) => ('property' in input ? `${verb} ${input.property}` : verb))
    expect(verbs({ ...ready, jails: [jail] }, 'address')).toEqual(['jail.set ip4_addr', 'jail.start'])
    expect(verbs({ ...ready, jails: [{ ...jail, state: 'up' }] }, 'convert')).toEqual([
      'jail.stop',
      'jail.convertToTemplate',
    ])
    expect(verbs({ ...ready, jails: [jail] }, 'convert')).toEqual(['jail.convertToTemplate'])
    expect(verbs({ ...ready, jails: [template, www] }, 'startWww')).toEqual([
      'jail.set ip4_addr',
      'jail.set host_hostname',
      'jail.start',
    ])
    expect(verbs({ ...ready, jails: [template, www] }, 'create')).toEqual([])
  })

  test('names that are taken, or begin like taken ones, are not given', () => {
    const other = { ...jail, tag: 'www-staging', id: 'iocage:1', uuid: '1' }
    expect(step({ ...ready, jails: [{ ...other, tag: 'template-old' }] }, 'create').changes).toMatchObject([
      { input: { jails: [{ tag: 'base' }] } },
    ])
    expect(step({ ...ready, jails: [template, other] }, 'www').title).toBe('Create web from the template')
  })
  test('the primer’s addresses where they fit, else the next free one', () => {
    const value = (facts: GuideFacts) => step({ ...facts, jails: [jail] }, 'address').changes[0]?.input
    expect(value(ready)).toMatchObject({ value: 'igb0|10.0.1.100/24' })
    expect(value({ ...ready, network: { ...network, inUse: new Map([['10.0.1.100', 'db']]) } })).toMatchObject({
      value: 'igb0|10.0.1.3/24',
    })
    const home = { name: 'em0', address: '192.168.1.5', prefix: 24, proposed: '192.168.1.6', inUse: new Map() }
    expect(value({ ...ready, network: home })).toMatchObject({ value: 'em0|192.168.1.6/24' })
  })
  test('of several pools the chosen one is activated', () => {
    const facts = { ...nothing, host: { pools: [pool, { ...pool, name: 'zroot' }], driver } }
    expect(guideSteps(facts, { pool: 'zroot' })[0]?.changes).toEqual([
      { verb: 'pool.activate', input: { pool: 'zroot' } },
    ])
  })
  test('what cannot be done yet says what comes first', () => {
    expect(step(nothing, 'fetch').blocked).toBe('Activate a pool first.')
    expect(step({ ...nothing, host: { pools: [], driver } }, 'activate').blocked).toMatch(/no ZFS pool/)
    expect(step(ready, 'www').blocked).toBe('Make the template first.')
    expect(step({ ...ready, network: undefined, jails: [jail] }, 'address').blocked).toMatch(/no interface/)
  })

  test('a step stands as its latest job does', () => {
    const job = (id: string, kind: Job['kind'], target: string, state: Job['state'], createdAt: string) =>
      ({ id, kind, target, state, createdAt }) as Job
    const address = step({ ...ready, jails: [jail] }, 'address')
    const jobs = [
      job('1', 'jail.set', 'template', 'succeeded', '1'),
      job('2', 'jail.start', 'template', 'failed', '2'),
      job('3', 'jail.start', 'db', 'running', '3'),
    ]
    expect(jobOfStep(address, jobs)?.id).toBe('2')
    expect(jobOfStep(address, [...jobs, job('4', 'jail.set', 'template', 'running', '4')])?.id).toBe('4')
  })
})
