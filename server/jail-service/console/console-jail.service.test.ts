import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/account.ts'
import type { VerbParsedInput } from '@/lib/contract/verbs.ts'
import { createEventHub } from '../events/event-hub.ts'
import type { CallContext } from '../handlers.ts'
import { allowedCommands } from '../allowed-commands.ts'
import { createHostAccess, hostCommands } from '../host/host-access.ts'
import { createHostHalf } from '../host/create-host-half.ts'
import { openDb } from '../db.ts'
import { createFileHandlers } from '../files/jail-files.ts'
import { openRecordings } from '../recordings/recordings.ts'
import { createRunCommand, createStreamCommand } from '../run-command.ts'
import { Streams } from '../streams/streams.ts'
import type { ConsoleAuditRow } from './console-registry.ts'
import type { Consoles } from './create-consoles.ts'
import { createConsoles } from './create-consoles.ts'
import { TestViewer } from './test-viewer.ts'

/** Consoles in jails of the sandbox host, in both dialects: inventory, jexec, login and shell are the real ones. */
const top = fileURLToPath(new URL('../../..', import.meta.url))
const mk: Actor = { userId: 'u1', userName: 'mk', role: 'admin' }
const context = { actor: mk, sessionId: 's1', address: '' } as CallContext

describe.each(['0.9.7', '1.13'])('consoles over iocage %s', (version) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-jails-'))
  const env = {
    ...process.env,
    ...{ CELLBLOCK_SANDBOX: path.join(folder, 'sandbox'), CELLBLOCK_IOCAGE: version, CELLBLOCK_MIRROR_RATE: '0' },
  }
  const socketPath = path.join(folder, 's')
  const audit: ConsoleAuditRow[] = []
  const server = createServer()
  const hub = createEventHub('h')
  let half: ReturnType<typeof createHostHalf>
  let consoles: Consoles
  let files: ReturnType<typeof createFileHandlers>
  const fileAudit: { verb: string; problem: string; detail: string }[] = []
  const streams = new Streams(
    async ({ headers }) => headers.cookie,
    () => undefined,
  )
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
    const allows = allowedCommands(hostCommands({ bin }))
    const hostFiles = path.join(env.CELLBLOCK_SANDBOX, 'host')
    const access = createHostAccess({ run: createRunCommand({ allows }), files: hostFiles, bin })
    half = createHostHalf({ access, events: hub, identity: { id: 'h', cellblockVersion: '0' } })
    await half.inventory.start()
    consoles = createConsoles({
      stateFolder: folder,
      run: access.run,
      ...{ jexec: access.commands.jexec, allows },
      recordings: openRecordings(openDb(path.join(folder, 'db')), path.join(folder, 'recordings'), () => undefined),
      streams,
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
    files = createFileHandlers({
      ...{ jexec: access.commands.jexec, run: access.run, streams, stream: createStreamCommand({ bin, allows }) },
      findJail: (id) => half.inventory.find(id),
      mustHaveUser: (jail, user) => consoles.mustHaveUser(jail, user),
      audit: (row) => void fileAudit.push(row),
    })
    server.on('request', (request, response) => {
      void streams.serve((request.url ?? '').split(/[/?]/)[2] ?? '', request, response)
    })
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

  async function open(more: Partial<VerbParsedInput<'console.ticket'>> = {}) {
    const { ticket } = await consoles.handlers['console.ticket'](
      { id: www().id, consoleId: undefined, fresh: false, mode: 'input', ...more },
      context,
    )
    const viewer = new TestViewer(socketPath)
    return { viewer, ready: await viewer.hello(ticket) }
  }

  /** One request for a file, as the panel passes it on. */
  const stream = (ticket: string, method: 'GET' | 'PUT', piece?: Buffer, offset = 0, cookie = 's1') =>
    new Promise<{ status: number; body: Buffer; headers: IncomingHttpHeaders }>((resolve, reject) => {
      const url = `/stream/${ticket}${method === 'PUT' ? `?offset=${offset}` : ''}`
      const asked = request({ socketPath, path: url, method, headers: { cookie }, agent: false }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts), headers: answer.headers }),
        )
        answer.on('error', reject)
      })
      asked.on('error', reject)
      asked.end(piece)
    })

  const kernel = () => (version === '1.13' ? 'ioc-www' : `ioc-${www().uuid}`)

  test('a login shell in the jail, by the command that iocage runs', async () => {
    const { viewer, ready } = await open({ fresh: true })
    expect(ready.argv.slice(1).join(' ')).toBe(
      version === '1.13' ? `-u root ${kernel()} login -p -f root` : `${kernel()} login -f root`,
    )
    await viewer.shows(/root@www:~ #$/)
    viewer.type('hostname\r')
    await viewer.shows(/^www$/m)
    viewer.type('echo "$TERM,$(stty size),$(id -un),$(ls /proc/self/fd | wc -l)"\r')
    await viewer.shows(/^xterm-256color,24 80,root,4$/m)
    // The terminal echoes a command before it runs, and Ctrl-C is for what runs: it says itself that it does.
    viewer.type(`clear; sh -c 'echo be""gun; exec sleep 100'\r`)
    await viewer.shows(/^begun$/m)
    viewer.type('\x03')
    await viewer.shows(/root@www:~ #$/)
    viewer.type('exit 7\r')
    expect(await viewer.message('exit')).toMatchObject({ exitCode: 7, reason: 'The shell ended.' })
  })

  test('10 MB of output and Ctrl-C, then the same shell on another page', async () => {
    const { viewer, ready } = await open({ fresh: true })
    await viewer.shows(/root@www:~ #$/)
    viewer.type('here=still; yes | head -c 10000000; echo do""ne\r')
    await viewer.shows(/^done$/m, 90_000) // this process draws all of it, too
    expect(viewer.offset).toBeGreaterThan(14_000_000) // each line feed came with a carriage return
    viewer.type('yes\r')
    await viewer.until(() => viewer.offset > 20_000_000, 'a flood', 90_000)
    const at = performance.now()
    viewer.type('\x03')
    await viewer.shows(/root@www:~ #$/)
    expect(performance.now() - at).toBeLessThan(1_000)
    viewer.leave()
    const { viewer: again, ready: second } = await open({ consoleId: ready.consoleId })
    expect(second.consoleId).toBe(ready.consoleId)
    again.type('echo $here-the-same\r')
    await again.shows(/^still-the-same$/m)
  })

  test('another user of the jail, or a command in place of the shell', async () => {
    await sandbox(
      'jexec',
      kernel(),
      '/bin/sh',
      '-c',
      "printf 'mia:*:1001:1001:Mia M:/home/mia:/bin/sh\\n' >> /etc/passwd; mkdir -p /home/mia; chown 1001:1001 /home/mia",
    )
    const { users } = await consoles.handlers['console.users']({ id: www().id }, context)
    expect(users[0]).toMatchObject({ name: 'root', uid: 0, noLogin: null })
    expect(users.find(({ name }) => name === 'mia')).toMatchObject({ fullName: 'Mia M', home: '/home/mia' })
    const closed = users.find(({ noLogin }) => noLogin !== null)
    expect(closed?.noLogin).toMatch(/has no login shell \(/)

    const { viewer: command, ready } = await open({ fresh: true, user: 'mia', command: 'id -un; pwd; exit 3' })
    expect(ready.argv.slice(1, 5)).toEqual(['-l', '-U', 'mia', kernel()])
    expect(await command.message('exit')).toMatchObject({ exitCode: 3 })
    await command.shows(/^mia\s+(\/usr)?\/home\/mia$/m)

    const { viewer: shell } = await open({ fresh: true, user: 'mia' })
    await shell.shows(/[$%#] ?$/)
    shell.type('id -un\r')
    await shell.shows(/^mia$/m)
    shell.type('exit\r')
    await shell.message('exit')

    const { viewer: no } = await open({ fresh: true, user: closed?.name ?? '' })
    expect((await no.message('exit')).exitCode).not.toBe(0)
    await expect(open({ fresh: true, user: 'nobody-here' })).rejects.toThrow('www has no user nobody-here.')
  })

  test('files go into the jail and out of it, whole or not at all', async () => {
    const content = randomBytes(3_000_000)
    const asked = { id: www().id, path: '/root/a file.bin', bytes: content.length, user: 'root', overwrite: false }
    const send = async (ticket: string) => {
      let last: { status: number; body: Buffer } = { status: 0, body: Buffer.alloc(0) }
      for (let at = 0; at < content.length; at += 1_000_000)
        last = await stream(ticket, 'PUT', content.subarray(at, at + 1_000_000), at)
      return { status: last.status, answer: JSON.parse(last.body.toString()) as unknown }
    }
    const { ticket } = await files['file.upload'](asked, context)
    expect((await stream(ticket, 'PUT', content.subarray(0, 10), 0, 's2')).status).toBe(404)
    expect((await stream(ticket, 'PUT', content.subarray(0, 10), 99)).status).toBe(409)
    expect(await send(ticket)).toEqual({
      status: 200,
      answer: { ok: true, value: { received: content.length, complete: true } },
    })
    await expect(files['file.upload'](asked, context)).rejects.toThrow('A file of this name is there already.')
    const again = await files['file.upload']({ ...asked, overwrite: true }, context)
    expect((await send(again.ticket)).status).toBe(200)

    const fetched = await files['file.download'](asked, context)
    expect(fetched).toMatchObject({ name: 'a file.bin', bytes: content.length })
    const answer = await stream(fetched.ticket, 'GET')
    expect(answer.body.equals(content)).toBe(true)
    expect(answer.headers['content-disposition']).toBe("attachment; filename*=UTF-8''a%20file.bin")
    expect((await stream(fetched.ticket, 'GET')).status).toBe(404)

    for (const [path, words] of [
      ['/root', 'This is a folder.'],
      ['/root/nothing', 'There is no such file in the jail.'],
      ['/dev/null', 'This is no ordinary file.'],
    ] as const)
      await expect(files['file.download']({ ...asked, path }, context)).rejects.toThrow(words)
    await expect(files['file.upload']({ ...asked, path: '/no/such/x' }, context)).rejects.toThrow(
      'There is no such folder in the jail.',
    )

    // Given up in the middle: nothing of it stays.
    const half = await files['file.upload']({ ...asked, path: '/root/half.bin' }, context)
    await stream(half.ticket, 'PUT', content.subarray(0, 1_000_000), 0)
    streams.stop()
    await expect.poll(() => sandbox('jexec', kernel(), '/bin/ls', '/root')).not.toContain('half')

    expect(fileAudit.map(({ verb, problem }) => [verb, problem])).toEqual([
      ['file.upload', ''],
      ['file.upload', ''],
      ['file.download', ''],
      ['file.upload', 'It was given up before all of it came.'],
    ])
    expect(fileAudit[2]?.detail).toContain(createHash('sha256').update(content).digest('hex'))
  })

  test('a jail that is stopped in a terminal ends its consoles, and they say so', async () => {
    const { viewer } = await open()
    const { viewer: other } = await open({ fresh: true })
    await other.shows(/root@www:~ #$/)
    await sandbox('iocage', 'stop', 'www')
    expect((await viewer.message('exit')).reason).toBe('www was stopped.')
    expect((await other.message('exit')).reason).toBe('www was stopped.')
    await half.inventory.refresh()
    const ends = audit.filter(({ verb }) => verb === 'console.end').map(({ detail }) => detail.split(' Exit')[0])
    expect(ends.slice(-3)).toEqual(['The shell ended.', 'www was stopped.', 'www was stopped.'])
    viewer.leave()
    other.leave()
  })
})
