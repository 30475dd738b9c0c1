import { describe, expect, test } from 'vitest'
import { type GuideFacts, guideSteps } from './guide-steps.ts'

const pool = { name: 'tank', sizeBytes: 4e12, freeBytes: 3.5e12, health: 'ONLINE', active: false }
const driver = { name: 'iocage', version: '0.9.7', dialect: 'uuid-tag' as const }
const nothing: GuideFacts = { host: { pools: [pool], driver }, jails: [], releases: [], consoleJailIds: [] }
const active = { pools: [{ ...pool, active: true }], driver }
const fetched = [{ name: '11.0-RELEASE', fetched: true, endOfLifePassed: true }]
const jail: GuideFacts['jails'][number] = {
  id: 'iocage:b650',
  kind: 'jail',
  tag: 'template',
  state: 'down',
  ip4: [],
  source: { kind: 'release', name: '11.0-RELEASE' },
  lastStarted: null,
}
const done = (facts: GuideFacts) =>
  guideSteps(facts)
    .filter(({ done }) => done)
    .map(({ id }) => id)

describe('the guide', () => {
  test('nothing is ticked on an empty host', () => {
    expect(done(nothing)).toEqual([])
  })
  test('each step is ticked by what the host shows', () => {
    expect(done({ ...nothing, host: active })).toEqual(['activate'])
    expect(done({ ...nothing, host: active, releases: fetched })).toEqual(['activate', 'fetch'])
    expect(done({ ...nothing, host: active, releases: fetched, jails: [jail] })).toEqual([
      'activate',
      'fetch',
      'create',
    ])
  })
  test('an address alone does not tick the start', () => {
    const ip4 = [{ interface: 'igb0', address: '10.0.1.100', prefix: 24 }]
    expect(done({ ...nothing, host: active, releases: fetched, jails: [{ ...jail, ip4 }] })).not.toContain('address')
    expect(done({ ...nothing, host: active, releases: fetched, jails: [{ ...jail, ip4, state: 'up' }] })).toContain(
      'address',
    )
  })
  test('a template made in a terminal ticks everything before it', () => {
    const template = { ...jail, kind: 'template' as const }
    expect(done({ ...nothing, host: active, releases: fetched, jails: [template] })).toEqual([
      'activate',
      'fetch',
      'create',
      'address',
      'console',
      'convert',
    ])
  })
  test('commands are those of the host’s dialect', () => {
    const create = (facts: GuideFacts) => guideSteps(facts).find(({ id }) => id === 'create')?.commands
    expect(create({ ...nothing, releases: fetched })).toEqual(['iocage create tag=template -r 11.0-RELEASE'])
    expect(
      create({ ...nothing, releases: fetched, host: { ...active, driver: { ...driver, dialect: 'name' } } }),
    ).toEqual(['iocage create -r 11.0-RELEASE -n template'])
  })
})
