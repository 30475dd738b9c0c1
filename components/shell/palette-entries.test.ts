import { expect, test } from 'vitest'
import type { Jail } from '@/lib/jail.ts'
import { paletteEntries } from './palette-entries.ts'

const jail = (tag: string): Jail =>
  ({
    id: `iocage:${tag}`,
    tag,
    ip4: [],
    uuid: null,
    notes: '',
    state: 'up',
    kind: 'jail',
    readOnly: null,
  }) as unknown as Jail

const entries = (query: string) => paletteEntries(query, [jail('www'), jail('db')], () => undefined)

test('a command behind “console” is run in the jail, as it was typed', () => {
  expect(entries('www console tail -F /var/log/Messages')).toMatchObject([
    {
      label: 'Console www: tail -F /var/log/Messages',
      deed: { kind: 'go', href: '/jails/iocage%3Awww/console?command=tail%20-F%20%2Fvar%2Flog%2FMessages' },
      refusal: undefined,
    },
  ])
})

test('a jail behind “console” is a jail and no command', () => {
  expect(entries('console www').map(({ label }) => label)).toContain('Console www')
})
