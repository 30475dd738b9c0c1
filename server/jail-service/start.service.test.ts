import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { othersInGroup } from './socket.ts'
import { runService, startTestService } from './test-service.ts'

let folder: string
let args: string[]
const at = (name: string) => path.join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cb-start-'))
  args = ['--socket', at('s'), '--state', at('state'), '--bin', folder, '--files', folder]
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** One sentence for the terminal and the exit code that says: starting again will not help. */
async function refusal(more: string[] = []): Promise<string> {
  const { exitCode, output } = await runService([...args, ...more])
  expect(
    output
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('jail-service: ')),
  ).toHaveLength(1)
  expect(output).not.toMatch(/\bat .*\.mjs|Error:/)
  expect(exitCode).toBe(78)
  return output
}

describe('a start that is refused in one sentence', () => {
  test('a database of a newer version, which stays as it is', async () => {
    mkdirSync(at('state'))
    const db = new Database(at('state/service.db'))
    db.pragma('user_version = 999')
    db.exec('CREATE TABLE future (x)')
    db.close()
    expect(await refusal()).toMatch(/newer version of Cellblock.*999/)
    const after = new Database(at('state/service.db'), { readonly: true })
    expect(after.pragma('user_version', { simple: true })).toBe(999)
    expect(after.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'future' }])
    after.close()
  })
  test('a database that is none', async () => {
    mkdirSync(at('state'))
    writeFileSync(at('state/service.db'), 'x'.repeat(5_000))
    expect(await refusal()).toMatch(/cannot be read/)
  })
  test.each(['factor-key', 'audit-key'])('a %s that was emptied: with it anybody could sign', async (name) => {
    mkdirSync(at('state'))
    writeFileSync(at(`state/${name}`), '')
    expect(await refusal()).toMatch(new RegExp(`${name} holds no secret`))
  })
  test('a socket path too long for the system', async () => {
    expect(await refusal(['--socket', at('s'.repeat(120))])).toMatch(/has \d+ bytes; this system allows 107/)
  })
  test('a folder of the socket that is not there', async () => {
    expect(await refusal(['--socket', at('no/s')])).toMatch(/does not exist/)
  })
  test('a file in the place of the socket, which stays', async () => {
    writeFileSync(at('s'), 'precious')
    expect(await refusal()).toMatch(/is no socket/)
    expect(existsSync(at('s'))).toBe(true)
  })
  test('another service on the socket, or in the state folder', async () => {
    await using first = await startTestService({ bin: folder, files: folder, state: at('state') })
    expect(await refusal(['--socket', first.socket, '--state', at('state2')])).toMatch(/another jail service answers/)
    expect(await refusal()).toMatch(/another jail service works with/)
    expect((await first.request('GET', '/health')).status).toBe(200)
  })
  test('an option that is wrong or missing', async () => {
    expect(await refusal(['--surprise'])).toMatch(/surprise/)
    expect(await refusal(['--parallel', 'many'])).toMatch(/--parallel/)
    expect(await refusal(['--consoles', '0'])).toMatch(/--consoles is a number from 1/)
    for (const mirror of ['http://mirror.example.org', 'mirror.example.org', 'https://me:pw@mirror.example.org', '-r'])
      expect(await refusal([`--mirror=${mirror}`])).toMatch(/--mirror is https:/)
    const { exitCode, output } = await runService([])
    expect([exitCode, output]).toEqual([78, 'jail-service: --socket is missing. See --help.\n'])
  })
  test('a panel user that does not exist', async () => {
    expect(await refusal(['--panel-user', 'no-such-user'])).toMatch(/no user no-such-user/)
  })
})

const isRoot = process.getuid?.() === 0
/** Numbers that nobody has here. */
const STRANGER = 61_112
const PANEL = 61_111

describe('strangers on the socket (T11): no start where somebody else could stand in our place', () => {
  test.each([
    ['anybody may write', 0o777],
    ['the group may write', 0o770],
    ['anybody may write, and move only what is theirs', 0o1777],
  ])('in its folder %s', async (_, mode) => {
    mkdirSync(at('open'))
    chmodSync(at('open'), mode)
    expect(await refusal(['--socket', at('open/s')])).toMatch(/others may write to .*open/)
  })
  test('in a folder above it anybody may write', async () => {
    mkdirSync(at('open/inner'), { recursive: true })
    chmodSync(at('open'), 0o777)
    expect(await refusal(['--socket', at('open/inner/s')])).toMatch(/others may write to .*open and/)
  })
  test('a link leads to where anybody may write', async () => {
    mkdirSync(at('open'))
    chmodSync(at('open'), 0o777)
    symlinkSync(at('open'), at('link'))
    expect(await refusal(['--socket', at('link/s')])).toMatch(/others may write to .*open/)
  })

  // Only root can give a file to somebody else, or become somebody else.
  describe.skipIf(!isRoot)('with users of their own', () => {
    test('its folder is somebody else’s', async () => {
      mkdirSync(at('theirs'), { mode: 0o755 })
      chownSync(at('theirs'), STRANGER, STRANGER)
      expect(await refusal(['--socket', at('theirs/s')])).toMatch(new RegExp(`theirs belongs to user ${STRANGER}`))
    })
    test('its folder is a link of somebody else’s', async () => {
      mkdirSync(at('real'))
      symlinkSync(at('real'), at('link'))
      lchownSync(at('link'), STRANGER, STRANGER)
      expect(await refusal(['--socket', at('link/s')])).toMatch(/another link in its place/)
    })
    test('somebody else made a socket in its place', async () => {
      const left = net.createServer()
      await new Promise<void>((resolve) => left.listen(at('s'), resolve))
      chownSync(at('s'), STRANGER, STRANGER)
      expect(await refusal()).toMatch(new RegExp(`user ${STRANGER} made a socket in the place of ours`))
      expect(existsSync(at('s'))).toBe(true)
      left.close()
    })
    test('the state folder is somebody else’s, or a link of theirs', async () => {
      mkdirSync(at('theirs'))
      chownSync(at('theirs'), STRANGER, STRANGER)
      expect(await refusal(['--state', at('theirs')])).toMatch(/state folder is not safe.*belongs to user/)
      mkdirSync(at('real'))
      symlinkSync(at('real'), at('link'))
      lchownSync(at('link'), STRANGER, STRANGER)
      expect(await refusal(['--state', at('link')])).toMatch(/state folder is not safe/)
    })
    test('the kernel lets the panel’s group connect, and nobody else', async () => {
      await using service = await startTestService({
        ...{ bin: folder, files: folder, state: at('state') },
        args: ['--panel-user', String(PANEL)],
      })
      // The way to it is open to all: what refuses is the socket itself.
      chmodSync(path.dirname(service.socket), 0o711)
      expect(connectAs(PANEL, PANEL, service.socket)).toBe('connected')
      expect(connectAs(STRANGER, PANEL, service.socket)).toBe('connected')
      expect(connectAs(STRANGER, STRANGER, service.socket)).toBe('EACCES')
      // With nothing but the mode changed a stranger comes in: it is the mode that keeps them out.
      chmodSync(service.socket, 0o666)
      expect(connectAs(STRANGER, STRANGER, service.socket)).toBe('connected')
      expect(connectAs(STRANGER, STRANGER, at('state/service.db'))).toBe('EACCES')
    })
  })

  test('who else is in the group of the panel’s user is told', () => {
    writeFileSync(
      at('passwd'),
      'root:x:0:0::/:/bin/sh\ncellblock:x:500:500::/:\nbob:x:7:500::/:\ntoor:x:0:500::/:\neve:x:8:8::/:\n',
    )
    writeFileSync(at('group'), 'wheel:*:0:root\ncellblock:*:500:ada, cellblock\nother:*:8:bob\n')
    const files = { passwd: at('passwd'), group: at('group') }
    expect(othersInGroup('cellblock', files)).toEqual(['bob', 'ada'])
    expect(othersInGroup('500', files)).toEqual(['bob', 'ada'])
    expect(othersInGroup('eve', files)).toEqual(['bob'])
    expect(othersInGroup(String(PANEL), files)).toEqual([])
  })
})

/** Connects to a socket as another user of the machine: `connected`, or the code of what the kernel says. */
function connectAs(uid: number, gid: number, socket: string): string {
  const { stdout } = spawnSync(
    process.execPath,
    [
      '-e',
      `const socket = require('node:net').connect(${JSON.stringify(socket)})
       socket.on('connect', () => { console.log('connected'); socket.destroy() })
       socket.on('error', ({ code }) => console.log(code))`,
    ],
    { uid, gid, encoding: 'utf8', cwd: '/', env: { NODE_ENV: 'test' } },
  )
  return stdout.trim()
}

describe('a start that works', () => {
  test('keeps everyone else out of socket and state', async () => {
    mkdirSync(at('state'), { mode: 0o755 }) // as somebody's mkdir made it
    await using service = await startTestService({
      bin: folder,
      files: folder,
      state: at('state'),
      args: ['--panel-user', '61111'],
    })
    expect(statSync(service.socket).mode & 0o777).toBe(0o660)
    if (process.getuid?.() === 0) expect(statSync(service.socket).gid).toBe(61_111)
    expect(statSync(at('state')).mode & 0o777).toBe(0o700)
    for (const name of ['service.db', 'factor-key', 'setup-token'])
      expect(statSync(at(`state/${name}`)).mode & 0o777).toBe(0o600)
  })
  test('replaces the socket of a service that was killed', async () => {
    await using service = await startTestService({ bin: folder, files: folder, state: at('state') })
    await service.stop('SIGKILL')
    expect(existsSync(service.socket)).toBe(true)
    await service.startAgain()
    expect((await service.request('GET', '/health')).status).toBe(200)
  })
  test('ends at once when asked to, and takes its socket along', async () => {
    await using service = await startTestService({ bin: folder, files: folder, state: at('state') })
    await service.addRoles()
    const stream = await service.events('admin')
    const idle = net.connect(service.socket)
    idle.on('error', () => undefined)
    expect(await service.stop()).toBe(0)
    await stream.ended
    expect(existsSync(service.socket)).toBe(false)
  })
  test('--help', async () => {
    const { exitCode, output } = await runService(['--help'])
    expect(exitCode).toBe(0)
    for (const option of ['--socket', '--state', '--bin', '--iocage', '--files', '--panel-user'])
      expect(output).toContain(option)
  })
})
