import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TLSSocket } from 'node:tls'
import { expect, test } from '@playwright/test'
import { build } from '../server/launch/build.mjs'
import { PANEL_UID } from '../server/launch/options.mjs'
import { panelTree } from '../server/launch/panel-tree.mjs'
import { selfMadeCertificate } from '../server/launch/self-made-certificate.mjs'

/** The panel's own TLS; no jail service is needed to see it. */
const folder = mkdtempSync(path.join(tmpdir(), 'cb-tls-'))
const asRoot = process.getuid?.() === 0
let started: ChildProcess[] = []
let tree: ReturnType<typeof panelTree>

test.beforeAll(async () => {
  test.setTimeout(240_000)
  await build()
  tree = panelTree()
})
test.afterEach(() => {
  for (const child of started) child.kill()
  started = []
})
test.afterAll(() => {
  tree.remove()
  rmSync(folder, { recursive: true })
})

/** Starts the panel and resolves with what it said when it answers or ends. */
function startPanel(...args: string[]): Promise<{ said: string; exitCode: number | null }> {
  const child = spawn(
    process.execPath,
    [
      path.join(tree.folder, 'panel.mjs'),
      ...['--socket', path.join(folder, 'none'), '--host', 'localhost', ...args],
      ...(asRoot ? ['--user', String(PANEL_UID), '--group', String(PANEL_UID)] : []),
    ],
    {
      cwd: tree.folder,
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  started.push(child)
  return new Promise((resolve) => {
    let said = ''
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString()
      if (said.includes('answering at')) resolve({ said, exitCode: null })
    })
    child.once('exit', (exitCode) => resolve({ said, exitCode }))
  })
}

function get(
  port: number,
  options: https.RequestOptions,
): Promise<{ status: number; headers: IncomingHttpHeaders; fingerprint: string; protocol: string }> {
  return new Promise((resolve, reject) => {
    const request = https.get(
      { host: 'localhost', servername: 'localhost', port, path: '/api/call/x', agent: false, ...options },
      (response) => {
        const socket = response.socket as TLSSocket
        const { fingerprint256: fingerprint } = socket.getPeerCertificate()
        response.resume()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          fingerprint,
          protocol: socket.getProtocol() ?? '',
        })
      },
    )
    request.on('error', reject)
  })
}

test('a certificate that was made here is kept, is for its names, and is what the panel shows', async () => {
  const place = path.join(folder, 'tls')
  const made = await selfMadeCertificate(place, ['localhost', '127.0.0.1'])
  expect((await selfMadeCertificate(place, ['localhost'])).fingerprint).toBe(made.fingerprint)
  expect((await selfMadeCertificate(place, ['jails.example.org'])).fingerprint).not.toBe(made.fingerprint)
  const { cert, key, fingerprint } = await selfMadeCertificate(place, ['localhost', '127.0.0.1'])

  const port = 18_470 + (process.pid % 1_000)
  const { said } = await startPanel('--port', String(port), '--tls-cert', cert, '--tls-key', key)
  expect(said).toContain(`answering at https://localhost:${port}`)
  // Trusted by its fingerprint's owner: the certificate itself is the authority, and its name is checked.
  const answer = await get(port, { ca: readFileSync(cert) })
  expect(answer.fingerprint).toBe(fingerprint)
  expect(answer.protocol).toBe('TLSv1.3')
  expect(answer.headers['strict-transport-security']).toBeUndefined()
  await expect(get(port, {})).rejects.toThrow(/self.signed/i)
  await expect(get(port, { ca: readFileSync(cert), maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow()
  // The proxy that there is none of says nothing about who visits, and a foreign Host gets nowhere.
  expect((await get(port, { ca: readFileSync(cert), headers: { host: 'evil.example' } })).status).toBe(421)
})

test('browsers are told that the host speaks nothing else, and of the names below it if asked to', async () => {
  const made = await selfMadeCertificate(path.join(folder, 'tls'), ['localhost', '127.0.0.1'])
  for (const [n, more, said] of [
    [1, [], 'max-age=31536000'],
    [2, ['--hsts-subdomains'], 'max-age=31536000; includeSubDomains'],
  ] as const) {
    const port = 18_470 + n + (process.pid % 1_000)
    const origin = `https://jails.example.org:${port}`
    const tls = ['--tls-cert', made.cert, '--tls-key', made.key]
    await startPanel('--port', String(port), '--origin', origin, ...tls, ...more)
    const { headers } = await get(port, { ca: readFileSync(made.cert), headers: { host: new URL(origin).host } })
    expect(headers['strict-transport-security']).toBe(said)
  }
})

test('plain http beyond this machine is refused, in a sentence', async () => {
  for (const origin of ['http://192.0.2.1:8470', 'http://jails.example.org'])
    expect(await startPanel('--port', '0', '--origin', origin)).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('plain http is for this machine only'),
    })
})

test('a certificate that cannot be used is refused, in a sentence', async () => {
  const nonsense = path.join(folder, 'nonsense.pem')
  writeFileSync(nonsense, 'nonsense')
  for (const args of [
    ['--tls-cert', nonsense],
    ['--tls-cert', nonsense, '--tls-key', nonsense],
    ['--tls-cert', '/nonexistent', '--tls-key', '/nonexistent'],
  ]) {
    const { exitCode, said } = await startPanel('--port', '0', ...args)
    expect(exitCode).toBe(1)
    expect(said).toMatch(/go together|cannot be used/)
  }
})
