import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/account.ts'
import { createEventHub } from '../events/event-hub.ts'
import type { CallContext } from '../handlers.ts'
import { createHostAccess } from '../host/host-access.ts'
import { createHostHalf } from '../host/create-host-half.ts'
import { createRunCommand } from '../run-command.ts'
import type { ConsoleAuditRow } from './console-registry.ts'
import type { Consoles } from './create-consoles.ts'
import { createConsoles } from './create-consoles.ts'
import { TestViewer } from './test-viewer.ts'

/** Consoles in jails of the sandbox host, in both dialects: inventory, jexec, login and shell are the real ones. */
const top = fileURLToPath(new URL('../../..', import.meta.url))
const mk: Actor = { userId: 'u1', userName: 'mk', role: 'admin' }
const context = { actor: mk, sessionId: 's1' } as CallContext

describe.each(['0.9.7', '1.13'])('consoles over iocage %s', (version) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-jails-'))
  const env = { ...process.env, CELLBLOCK_SANDBOX: path.join(folder, 'sandbox'), CELLBLOCK_IOCAGE: version }
  const socketPath = path.join(folder, 's')
  const audit: ConsoleAuditRow[] = []
  const server = createServer()
  const hub = createEventHub('h')
  let half: ReturnType<typeof createHostHalf>
  let consoles: Consoles
  let detach: () => void

  const sandbox = (...args: string[]) =>
    new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        ['server/sandbox/sandbox.mjs', ...args],
        { env, cwd: top, maxBuffer: 1e8 },
        (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(new Error(`${args.join(' ')}: ${stdout}${stderr}`)),
      )
    })

  beforeAll(async () => {
    const bin = (await sandbox('bin')).trim()
    await sandbox('iocage', 'activate', 'tank')
    await sandbox('iocage', 'fetch', '-r', version === '1.13' ? '14.3-RELEASE' : '11.0-RELEASE')
    if (version === '1.13')
      await sandbox('iocage', 'create', '-n', 'www', '-r', '14.3-RELEASE', 'ip4_addr=igb0|10.0.1.2/24')
    else
      await sandbox(
        'iocage',
        'create',
        '-r',
        '11.0-RELEASE',
        'tag=www',
        'ip4_addr=igb0|10.0.1.2/24',
        'host_hostname=www',
      )
    await sandbox('iocage', 'start', 'www')
    const access = createHostAccess({ run: createRunCommand(), files: path.join(env.CELLBLOCK_SANDBOX, 'host'), bin })
    half = createHostHalf({ access, events: hub, identity: { id: 'h', cellblockVersion: '0' } })
    await half.inventory.start()
    consoles = createConsoles({
      stateFolder: folder,
      run: access.run,
      jexec: access.commands.jexec,
      inventory: half.inventory,
      properties: (id) => half.driver.properties(id),
      events: hub,
      authenticate: async () => ({ sessionId: 's1', actor: mk, address: '' }),
      mayUse: () => true,
      sessionIsGood: () => true,
      audit: (row) => void audit.push(row),
      log: (message) => expect.unreachable(message),
    })
    detach = consoles.attach(server)
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  }, 180_000)

  afterAll(async () => {
    await consoles.stop()
    detach()
    half.inventory.stop()
    await new Promise((resolve) => server.close(resolve))
    await sandbox('reset')
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  const www = () => {
    const jail = half.inventory.findByTag('www')
    if (jail === undefined) throw new Error('www is not in the inventory')
    return jail
  }

  async function open(fresh = false) {
    const { ticket } = await consoles.handlers['console.ticket']({ id: www().id, consoleId: undefined, fresh }, context)
    const viewer = new TestViewer(socketPath)
    return { viewer, ready: await viewer.hello(ticket) }
  }

  test('a login shell in the jail, by the command that iocage runs', async () => {
    const { viewer, ready } = await open()
    const kernel = version === '1.13' ? 'ioc-www' : `ioc-${www().uuid}`
    expect(ready.argv.slice(1).join(' ')).toBe(
      version === '1.13' ? `-u root ${kernel} login -p -f root` : `${kernel} login -f root`,
    )
    await viewer.shows(/root@www:~ #$/)
    viewer.type('hostname\r')
    await viewer.shows(/^www$/m)
    viewer.type('echo "$TERM,$(stty size),$(id -un),$(ls /proc/self/fd | wc -l)"\r')
    await viewer.shows(/^xterm-256color,24 80,root,4$/m)
    viewer.type('sleep 100\r')
    await viewer.shows('sleep 100')
    viewer.type('\x03')
    viewer.type('\x15exit 7\r')
    expect(await viewer.message('exit')).toMatchObject({ exitCode: 7, reason: 'The shell ended.' })
  })

  test('10 MB of output and Ctrl-C, then the same shell on another page', async () => {
    const { viewer, ready } = await open()
    await viewer.shows(/root@www:~ #$/)
    viewer.type('here=still; yes | head -c 10000000; echo do""ne\r')
    await viewer.shows(/^done$/m)
    expect(viewer.offset).toBeGreaterThan(14_000_000) // each line feed came with a carriage return
    viewer.type('yes\r')
    await viewer.until(() => viewer.offset > 20_000_000, 'a flood')
    const at = performance.now()
    viewer.type('\x03')
    await viewer.shows(/root@www:~ #$/)
    expect(performance.now() - at).toBeLessThan(1_000)
    viewer.leave()
    const { viewer: again, ready: second } = await open()
    expect(second.consoleId).toBe(ready.consoleId)
    again.type('echo $here-the-same\r')
    await again.shows(/^still-the-same$/m)
  })

  test('a jail that is stopped in a terminal ends its consoles, and they say so', async () => {
    const { viewer } = await open()
    const { viewer: other } = await open(true)
    await other.shows(/root@www:~ #$/)
    await sandbox('iocage', 'stop', 'www')
    expect((await viewer.message('exit')).reason).toBe('www was stopped.')
    expect((await other.message('exit')).reason).toBe('www was stopped.')
    await half.inventory.refresh()
    expect(audit.filter(({ verb }) => verb === 'console.end').map(({ detail }) => detail.split(' Exit')[0])).toEqual([
      'The shell ended.',
      'www was stopped.',
      'www was stopped.',
    ])
    viewer.leave()
    other.leave()
  })
})
