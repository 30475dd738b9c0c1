import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandSpecs } from '../sandbox/iocage/cli/command-specs.ts'
import { ALLOWED_COMMANDS, allowedCommands } from './allowed-commands.ts'
import { consoleArgv, DEFAULT_CONSOLE_SETTINGS } from './console/console-argv.ts'
import { hostCommands } from './host/host-access.ts'
import { createRunCommand, createStreamCommand } from './run-command.ts'

const places = hostCommands({})
const allows = allowedCommands(places)
const iocage = (...words: string[]) => allows([places.iocage, ...words])

describe('what the service may start', () => {
  /** Whoever adds a row changes this too, and docs/security.md: each of them is something that runs as root. */
  test('is this and nothing else', () => {
    expect(
      Object.fromEntries(Object.entries(ALLOWED_COMMANDS).map(([name, rows]) => [name, Object.keys(rows)])),
    ).toEqual({
      ...{
        iocage: [
          ...['--version', 'activate', 'create', 'destroy', 'fetch', 'get'],
          ...['restart', 'set', 'start', 'stop'],
        ],
      },
      ...{ jls: ['--libxo'], ifconfig: [''], zfs: ['destroy', 'get', 'list'], zpool: ['list'] },
    })
  })

  test('stands in docs/security.md, row by row', () => {
    const docs = readFileSync(path.join(import.meta.dirname, '../../docs/security.md'), 'utf8')
    for (const [name, rows] of Object.entries(ALLOWED_COMMANDS))
      for (const [first, options] of Object.entries<readonly string[]>(rows))
        expect(docs).toContain(
          `| \`${[name, first].join(' ').trim()}\` | ${options.map((one) => `\`${one}\``).join(' ') || 'none'} |`,
        )
  })

  test('has every command that the sources name', () => {
    const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !path.basename(name).startsWith('test-'),
    )
    const named = new Set<string>()
    for (const file of sources)
      for (const [, name = '', first = ''] of readFileSync(path.join(import.meta.dirname, file), 'utf8').matchAll(
        /'(iocage|zfs|zpool|jls)', \[?'([\w-]+)'/g,
      ))
        if (!Object.hasOwn(places, first)) named.add(`${name} ${first}`)
    expect(named.size).toBeGreaterThan(8)
    for (const one of named) {
      const [name = '', first = ''] = one.split(' ')
      expect(allows([places[name as keyof typeof places], first]), one).toBe(true)
    }
  })
})

describe('what it does not start', () => {
  test('every other command of iocage, archives among them', () => {
    const all = new Set([...commandSpecs('0.9.7'), ...commandSpecs('1.13')].map(({ name }) => name))
    const refused = [...all].filter((name) => !iocage(name, 'www'))
    for (const name of [
      'import',
      'export',
      'exec',
      'chroot',
      'console',
      'migrate',
      'pkg',
      'update',
      'upgrade',
      'fstab',
    ])
      expect(refused).toContain(name)
    expect([...all].filter((name) => !refused.includes(name)).sort()).toEqual(
      Object.keys(ALLOWED_COMMANDS.iocage).filter((name) => name !== '--version'),
    )
  })

  test.each([
    ['local files as a release', ['fetch', '-f', '-d', '/tmp', '-r', '14.3-RELEASE']],
    ['a certificate that is not checked', ['fetch', '-NV', '-s', 'https://m', '-r', '14.3-RELEASE']],
    ['a plugin', ['fetch', '-P', 'plugin']],
    ['every jail', ['stop', 'ALL']],
    ['every jail, after the end of options', ['stop', '--', 'ALL']],
    ['what depends on a jail', ['destroy', '-f', '-R', 'www']],
    ['a release', ['destroy', '-r', '-f', '14.3-RELEASE']],
    ['an option in the place of a jail', ['start', '--rc']],
    ['packages', ['create', '-n', 'www', '-p', '/tmp/list.json']],
    ['a NUL', ['set', '--', 'notes=a\0b', 'www']],
    ['nothing at all', []],
    ['a field that every object has', ['constructor']],
  ])('%s', (_, words) => {
    expect(iocage(...words)).toBe(false)
  })

  test.each([
    [['iocage', 'list']],
    [['/bin/sh', '-c', 'id']],
    [['/usr/local/bin/../../../bin/sh']],
    [[places.zfs, 'receive', 'tank/x']],
    [[places.zfs, 'set', 'exec=on', 'tank']],
    [[places.zfs, 'destroy', '-R', 'tank']],
    [[places.zpool, 'destroy', 'tank']],
    [[places.ifconfig, 'igb0', 'down']],
    [[places.jls, '-s']],
    [[places.jexec, '-n', 'www', 'sh']],
    [[places.jexec, 'www']],
    [[places.jexec]],
    [['/usr/sbin/setfib', '1', '/bin/sh']],
    [['/usr/sbin/setfib', '-F', places.jexec, 'www', 'sh']],
    [['/usr/bin/cc', '-O2', '-o', '/x.part', '/x.c', '-wrapper,/bin/sh']],
    [['/bin/ps', 'aux']],
    [[]],
  ])('%j', (argv) => {
    expect(allows(argv)).toBe(false)
  })

  test('not by a runner either', async () => {
    const touch = ['/usr/bin/touch', '/tmp/cellblock-must-not-be-made']
    await expect(createRunCommand({ allows })(touch, { timeoutMs: 1_000 })).rejects.toThrow(
      /is no command of this service/,
    )
    expect(() => createStreamCommand({ allows })(touch)).toThrow(/is no command of this service/)
  })
})

describe('what it does start', () => {
  test.each([
    [['--version']],
    [['set', '--', 'notes=-f ALL of it', 'www']],
    [['start', '--', '-odd']],
    [['create', '-n', 'www', '-t', 'base']],
    [['create', 'tag=www', '-e']],
    [['fetch', '-s', 'https://download.freebsd.org', '-d', 'ftp/releases/amd64', '-r', '14.3-RELEASE']],
  ])('iocage %j', (words) => {
    expect(iocage(...words)).toBe(true)
  })
  test('consoles of every kind', () => {
    for (const dialect of ['name', 'uuid-tag'] as const)
      for (const fib of ['0', '3'])
        for (const choice of [{}, { user: 'www' }, { user: 'www', command: 'id; ls' }])
          expect(
            allows(
              consoleArgv({ id: 'iocage:www' }, { ...DEFAULT_CONSOLE_SETTINGS, dialect, fib }, places.jexec, choice),
            ),
          ).toBe(true)
    expect(allows(consoleArgv({ id: 'kernel:-n' }, DEFAULT_CONSOLE_SETTINGS, places.jexec))).toBe(false)
  })
})
