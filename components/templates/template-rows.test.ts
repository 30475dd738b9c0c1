import { expect, test } from 'vitest'
import type { Dataset } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'
import { templateRows } from './template-rows.ts'

const jail = (tag: string, kind: Jail['kind'], source: Jail['source'] = null) =>
  ({ id: `iocage:${tag}`, tag, kind, source }) as Jail
const dataset = (name: string, usedBytes: number, referencedBytes: number, jailId: string | null) =>
  ({ name, usedBytes, referencedBytes, jailId }) as Dataset

test('children and space of each template', () => {
  const from = (name: string) => ({ kind: 'template', name }) as const
  const rows = templateRows(
    [
      jail('base10', 'template'),
      jail('base9', 'template', { kind: 'release', name: '14.3-RELEASE' }),
      jail('www', 'jail', from('base9')),
      jail('db', 'jail', from('base9')),
      jail('release-named-base9', 'jail', { kind: 'release', name: 'base9' }),
    ],
    [
      dataset('tank/iocage/templates/base9/root', 700, 9_000, 'iocage:base9'),
      dataset('tank/iocage/templates/base9', 800, 10, 'iocage:base9'),
    ],
  )
  expect(rows.map(({ template, ...rest }) => ({ tag: template.tag, ...rest }))).toEqual([
    { tag: 'base9', children: ['iocage:www', 'iocage:db'], usedBytes: 800, referencedBytes: 9_000 },
    { tag: 'base10', children: [], usedBytes: undefined, referencedBytes: undefined },
  ])
})
