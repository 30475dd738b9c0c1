import { expect, test } from 'vitest'
import type { Dataset } from '@/lib/host.ts'
import { spaceOf } from './space-of.ts'

const dataset = (name: string, usedBytes: number, referencedBytes: number, origin: string | null = null): Dataset => ({
  ...{ name, usedBytes, referencedBytes, origin },
  ...{ availableBytes: 0, mountpoint: `/${name}`, jailId: 'iocage:www' },
})

test('a clone shares what it has not changed with its origin', () => {
  const own = dataset('tank/iocage/jails/www', 50, 10)
  const root = dataset('tank/iocage/jails/www/root', 40, 1_000, 'tank/iocage/templates/base/root@www')
  expect(spaceOf([root, own])).toEqual({ ownBytes: 50, sharedBytes: 960, origin: 'base' })
})

test('what is no clone shares nothing', () => {
  expect(spaceOf([dataset('tank/iocage/jails/www/root', 1_000, 1_000)])).toEqual({
    ownBytes: 1_000,
    sharedBytes: 0,
    origin: null,
  })
  expect(spaceOf([])).toBeUndefined()
})
