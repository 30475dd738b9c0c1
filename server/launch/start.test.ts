import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runFolder } from './options.mjs'
import { top } from './run.mjs'

/** What `npm start` says before it spends minutes on building. */
const folder = mkdtempSync(path.join(tmpdir(), 'cb-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(top, 'server/launch/start.mjs'), ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}
const listening = (where: { port: number; host: string } | { path: string }) =>
  new Promise<net.Server>((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject).listen(where, () => resolve(server))
  })

describe('npm start', { timeout: 30_000 }, () => {
  test('--help tells every option', async () => {
    const { code, stdout } = await start('--help')
    expect(code).toBe(0)
    for (const option of ['port', 'host', 'origin', 'state', 'bin', 'files', 'example', 'help'])
      expect(stdout).toContain(`--${option}`)
  })

  test.each([
    [['--surprise'], /Unknown option '--surprise'.*--help/],
    [['--port', 'eighty'], /--port takes a number from 1 to 65535, not “eighty”/],
    [['--port', '65536'], /--port takes a number/],
    [['--origin', 'https://jails.example.org/panel'], /--origin takes scheme, host and port only/],
    [['--example', '--bin', '/nowhere'], /--example fills a sandbox/],
  ])('%j is refused in one sentence', async (args, words) => {
    const { code, stdout, stderr } = await start(...args)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(words)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('a port in use: which other one to take', async () => {
    const taken = await listening({ port: 0, host: 'localhost' })
    const { port } = taken.address() as net.AddressInfo
    const { code, stderr } = await start('--port', String(port), '--state', path.join(folder, 'a'))
    taken.close()
    expect(code).toBe(1)
    expect(stderr).toBe(
      `cellblock: port ${port} on localhost is in use; choose another: npm start -- --port ${port + 1}\n`,
    )
    expect(existsSync(path.join(folder, 'a'))).toBe(false)
  })

  test('a state folder in use: the host of the other one is left alone', async () => {
    const state = path.join(folder, 'b')
    const run = runFolder(state)
    mkdirSync(run, { mode: 0o700 })
    const other = await listening({ path: path.join(run, 'service.sock') })
    const { code, stderr } = await start('--port', String(await freePort()), '--state', state)
    other.close()
    rmSync(run, { recursive: true, force: true })
    expect(code).toBe(1)
    expect(stderr).toContain(`Cellblock runs with ${state} already`)
    expect(existsSync(state)).toBe(false)
  })
})

async function freePort(): Promise<number> {
  const probe = await listening({ port: 0, host: 'localhost' })
  const { port } = probe.address() as net.AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
