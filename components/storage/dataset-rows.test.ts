import { describe, expect, test } from 'vitest'
import type { Dataset } from '@/lib/host.ts'
import { type DatasetView, datasetRows, sumUsed } from './dataset-rows.ts'

const dataset = (name: string, usedBytes = 0, jailId: string | null = null) =>
  ({ name, usedBytes, mountpoint: `/${name}`, jailId }) as Dataset
const all = [
  dataset('tank', 100),
  dataset('tank/iocage', 90),
  dataset('tank/iocage/jails', 30),
  dataset('tank/iocage/jails/u1', 20, 'iocage:u1'),
  dataset('tank/iocage/jails/u1/root', 15, 'iocage:u1'),
  dataset('tank/iocage-old', 5),
  dataset('tank/iocage/releases', 60),
]
const tagOf = (id: string) => (id === 'iocage:u1' ? 'www' : undefined)
const shown = (view: DatasetView, search = '', folded: string[] = []) =>
  datasetRows(all, { view, search, folded: new Set(folded), tagOf }).rows.map(
    ({ depth, label, fold }) => `${'  '.repeat(depth)}${label}${fold === null ? '' : fold === 'open' ? ' -' : ' +'}`,
  )

describe('datasets', () => {
  test('as a tree, each right before what lies below it', () => {
    expect(shown('tree')).toEqual([
      'tank -',
      '  iocage -',
      '    jails -',
      '      u1 -',
      '        root',
      '    releases',
      '  iocage-old',
    ])
  })
  test('folded', () => {
    expect(shown('tree', '', ['tank/iocage/jails'])).toEqual([
      'tank -',
      '  iocage -',
      '    jails +',
      '    releases',
      '  iocage-old',
    ])
  })
  test('a search by the jail finds its datasets, with the way to them, also where they are folded', () => {
    expect(shown('tree', 'WWW', ['tank/iocage'])).toEqual([
      'tank -',
      '  iocage -',
      '    jails -',
      '      u1 -',
      '        root',
    ])
    expect(datasetRows(all, { view: 'tree', search: 'www', folded: new Set(), tagOf }).found).toBe(2)
  })
  test('flat, by name and by space', () => {
    expect(shown('name', 'releases')).toEqual(['tank/iocage/releases'])
    expect(shown('used').slice(0, 3)).toEqual(['tank', 'tank/iocage', 'tank/iocage/releases'])
  })
  test('what lies below another is not counted twice', () => {
    expect(sumUsed(all)).toBe(100)
    expect(sumUsed(all.filter(({ jailId }) => jailId !== null))).toBe(20)
    expect(sumUsed(all.filter(({ name }) => /releases|old/.test(name)))).toBe(65)
  })
})
