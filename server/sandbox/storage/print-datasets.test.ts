import { describe, expect, test } from 'vitest'
import { compareDatasets, type DatasetType, type DatasetView, invalidName } from './dataset.ts'
import { parseOptions, UsageError } from './options.ts'
import { getProperties, listDatasets } from './print-datasets.ts'
import { parseValue, propertyName } from './properties.ts'

const view = (name: string, facts: Record<string, string>, type: DatasetType = 'filesystem'): DatasetView => ({
  name,
  type,
  properties: new Map(Object.entries(facts).map(([property, value]) => [property, { value, source: '-' }])),
})

const UUID = '2ae9abbc-4070-4af1-8056-432e81ee1f84'
const SPACE = { available: String(3.51 * 1024 ** 4), used: String(202 * 1024 ** 2) }
const PRIMER = [
  view(`tank/iocage/jails/${UUID}`, { ...SPACE, referenced: '102400', mountpoint: `/iocage/jails/${UUID}` }),
  view(`tank/iocage/jails/${UUID}/root`, {
    ...SPACE,
    referenced: String(811 * 1024 ** 2),
    mountpoint: `/iocage/jails/${UUID}/root`,
  }),
]

describe('zfs list', () => {
  test('draws the primer’s table', () => {
    const { stdout } = listDatasets(
      PRIMER.flatMap(({ name }) => name),
      PRIMER,
    )
    expect(stdout).toBe(
      `NAME                                                          USED  AVAIL  REFER  MOUNTPOINT
tank/iocage/jails/${UUID}        202M  3.51T   100K  /iocage/jails/${UUID}
tank/iocage/jails/${UUID}/root   202M  3.51T   811M  /iocage/jails/${UUID}/root
`,
    )
  })

  test('sorts by name byte for byte, snapshots by age behind their dataset', () => {
    const all = [
      view('tank/b', {}),
      view('tank/a@late', { createtxg: '9' }, 'snapshot'),
      view('tank/a/c', {}),
      view('tank/a@early', { createtxg: '8' }, 'snapshot'),
      view('tank/a-b', {}),
      view('tank/a', {}),
    ]
    const names = all.toSorted(compareDatasets).map(({ name }) => name)
    expect(names).toEqual(['tank/a', 'tank/a@early', 'tank/a@late', 'tank/a-b', 'tank/a/c', 'tank/b'])
  })

  test('a missing dataset does not hide the others', () => {
    expect(listDatasets(['-H', '-o', 'name', 'tank', 'none'], [view('tank', {})])).toEqual({
      status: 1,
      stdout: 'tank\n',
      stderr: "cannot open 'none': dataset does not exist\n",
    })
  })
})

test('zfs get keeps to the sources and fields that are asked for', () => {
  const properties = new Map([
    ['readonly', { value: 'on', source: 'local' }],
    ['exec', { value: 'on', source: 'default' }],
    ['a:b', { value: 'x', source: 'inherited from tank' }],
  ])
  const all = [{ name: 'tank/a', type: 'filesystem' as const, properties }]
  expect(
    getProperties(['-H', '-s', 'local,inherited', '-o', 'property,value,source', 'all', 'tank/a'], all).stdout,
  ).toBe('readonly\ton\tlocal\na:b\tx\tinherited from tank\n')
  expect(getProperties(['-H', 'quota,c:d', 'tank/a'], all).stdout).toBe('tank/a\tquota\t-\t-\ntank/a\tc:d\t-\t-\n')
  expect(getProperties(['nonsense', 'tank/a'], all).status).toBe(2)
})

test('options end at the first operand and may be written together', () => {
  const parsed = parseOptions(['-rHo', 'name,used', 'tank', '-p'], 'Hpro:')
  expect([parsed.has('r'), parsed.has('H'), parsed.has('p'), parsed.value('o')]).toEqual([
    true,
    true,
    false,
    'name,used',
  ])
  expect(parsed.operands).toEqual(['tank', '-p'])
  expect(() => parseOptions(['-x'], 'H')).toThrow(UsageError)
  expect(() => parseOptions(['-o'], 'o:')).toThrow("missing argument for 'o' option")
})

test.each([
  '',
  '/tank',
  'tank/',
  'tank//a',
  'tank/a@b@c',
  'tank/a@b/c',
  'tank/..',
  'tank/a*',
  '1tank',
  `tank/${'x'.repeat(256)}`,
])('"%s" cannot be a dataset', (name) => expect(invalidName(name)).toBeDefined())

test('names and values of properties are checked as zfs does', () => {
  expect(propertyName('avail')).toBe('available')
  expect(propertyName('org.freebsd.ioc:active')).toBe('org.freebsd.ioc:active')
  expect(propertyName('nonsense')).toBeUndefined()
  expect(parseValue('quota', '5G')).toEqual({ value: String(5 * 1024 ** 3) })
  expect(parseValue('quota', 'none')).toEqual({ value: '0' })
  expect(parseValue('readonly', '1')).toEqual({ reason: "'readonly' must be one of 'on | off'" })
  expect(parseValue('used', '1')).toEqual({ reason: "'used' is readonly" })
  expect(parseValue('mountpoint', 'x')).toHaveProperty('reason')
})
