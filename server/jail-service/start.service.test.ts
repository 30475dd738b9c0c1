import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
  test.each(['cookie-secret', 'audit-key'])('a %s that was emptied: with it anybody could sign', async (name) => {
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
  test('a folder of the socket in which others may write', async () => {
    mkdirSync(at('open'))
    chmodSync(at('open'), 0o777)
    expect(await refusal(['--socket', at('open/s')])).toMatch(/others may write/)
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
    const { exitCode, output } = await runService([])
    expect([exitCode, output]).toEqual([78, 'jail-service: --socket is missing. See --help.\n'])
  })
  test('a panel user that does not exist', async () => {
    expect(await refusal(['--panel-user', 'no-such-user'])).toMatch(/no user no-such-user/)
  })
})

describe('a start that works', () => {
  test('keeps everyone else out of socket and state', async () => {
    await using service = await startTestService({
      bin: folder,
      files: folder,
      state: at('state'),
      args: ['--panel-user', '61111'],
    })
    expect(statSync(service.socket).mode & 0o777).toBe(0o660)
    if (process.getuid?.() === 0) expect(statSync(service.socket).gid).toBe(61_111)
    expect(statSync(at('state')).mode & 0o777).toBe(0o700)
    for (const name of ['service.db', 'cookie-secret', 'setup-token'])
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
