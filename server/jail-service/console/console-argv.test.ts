import { expect, test } from 'vitest'
import { consoleArgv, DEFAULT_CONSOLE_SETTINGS } from './console-argv.ts'

const uuid = '1a2b3c4d-0000-1111-2222-333344445555'

test.each([
  ['the primer’s iocage', `iocage:${uuid}`, { dialect: 'uuid-tag' }, `/usr/sbin/jexec ioc-${uuid} login -f root`],
  ['today’s iocage', 'iocage:www', { dialect: 'name' }, '/usr/sbin/jexec -u root ioc-www login -p -f root'],
  ['a name with a dot', 'iocage:a.b', { dialect: 'name' }, '/usr/sbin/jexec -u root ioc-a_b login -p -f root'],
  [
    'another user',
    'iocage:www',
    { dialect: 'name', loginFlags: '-f  www' },
    '/usr/sbin/jexec -u root ioc-www login -p -f www',
  ],
  [
    'another routing table',
    'iocage:www',
    { dialect: 'name', fib: '2' },
    '/usr/sbin/setfib 2 /usr/sbin/jexec -u root ioc-www login -p -f root',
  ],
  ['a table that is none', 'iocage:www', { dialect: 'uuid-tag', fib: '1;id' }, '/usr/sbin/jexec ioc-www login -f root'],
  ['a jail that no driver manages', 'kernel:plain', {}, '/usr/sbin/jexec plain login -f root'],
] as const)('%s', (_, id, settings, command) => {
  expect(consoleArgv({ id }, { ...DEFAULT_CONSOLE_SETTINGS, ...settings }, '/usr/sbin/jexec').join(' ')).toBe(command)
})
