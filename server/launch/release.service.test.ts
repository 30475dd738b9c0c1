import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { VerbOutput } from '@/lib/contract/verbs.ts'
import { SESSION_COOKIE } from '@/lib/contract/wire.ts'
import { createTestSandbox, type TestSandbox } from '../jail-service/host/test-sandbox.ts'
import { PANEL_UID, SERVICE_NODE_ARGS } from './options.mjs'
import { release } from './release.mjs'
import { top } from './run.mjs'

/**
 * The archive for FreeBSD, as near to FreeBSD as a Linux machine comes: unpacked into another folder with the sources
 * out of reach, started by the command lines of its rc.d scripts, `process.platform` faked, over the sandbox's commands.
 */
const asRoot = process.getuid?.() === 0
const origin = (port: number) => `http://localhost:${port}`

let folder: string
let home: string
let sandbox: TestSandbox
let port: number
let cookie = ''
const running: { child: ChildProcess; log: string }[] = []
const stateFolder = () => path.join(folder, 'state')

beforeAll(async () => {
  const archive = await release()
  folder = mkdtempSync(path.join(tmpdir(), 'cb-release-'))
  chmodSync(folder, 0o755)
  home = path.join(folder, 'cellblock')
  mkdirSync(home)
  execFileSync('tar', ['-xzf', archive, '-C', home, '--strip-components', '1'])

  sandbox = createTestSandbox('1.13')
  for (const argv of [
    ['activate', 'tank'],
    ['fetch', '-r', '14.3-RELEASE'],
    ['create', '-n', 'www', '-r', '14.3-RELEASE'],
  ])
    expect(await sandbox.run('iocage', ...argv)).toMatchObject({ exitCode: 0 })
  port = await freePort()
}, 420_000)
afterAll(async () => {
  for (const { child } of running.toReversed()) await ended(child)
  await sandbox[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test('holds nothing that was compiled here, and its scripts are shell', () => {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' })
  expect(names.filter((name) => /\.node$|\.so(\.\d+)*$/.test(name))).toEqual([])
  expect(names).toEqual(
    expect.arrayContaining([
      'README.md',
      'LICENSE',
      'nginx.conf.sample',
      'panel/panel.mjs',
      'service/jail-service.mjs',
      'service/command-reader.mjs',
    ]),
  )
  for (const script of ['cellblock_service', 'cellblock_panel'])
    execFileSync('sh', ['-n', path.join(home, 'rc.d', script)])
  const memory = SERVICE_NODE_ARGS.filter((word) => word.startsWith('--max'))
  expect(memory).not.toEqual([])
  expect(readFileSync(path.join(home, 'rc.d/cellblock_service'), 'utf8')).toContain(memory.join(' '))
})

test('asks the host to compile two modules, by a lock file of its own', () => {
  const read = (name: string) => JSON.parse(readFileSync(path.join(home, 'service', name), 'utf8')) as Lock
  const { dependencies } = read('package.json')
  expect(Object.keys(dependencies).toSorted()).toEqual(['better-sqlite3', 'node-pty'])
  const { packages } = read('package-lock.json')
  expect(packages['']?.dependencies).toEqual(dependencies)
  for (const { dependencies: needed = {} } of Object.values(packages))
    for (const name of Object.keys(needed)) expect(packages).toHaveProperty([`node_modules/${name}`])
  // "Compiled on the host": exactly what the lock file names, from where it was compiled for this machine.
  for (const place of Object.keys(packages).filter((name) => name !== ''))
    cpSync(path.join(top, place), path.join(home, 'service', place), { recursive: true })
})

test('starts as rc(8) starts it, and the first admin is made over HTTP', async () => {
  const settings = {
    cellblock_dir: home,
    cellblock_node: `${process.execPath} --import ${fakePlatform()}`,
    cellblock_user: String(PANEL_UID),
    cellblock_socket: path.join(folder, 'run/s'),
    cellblock_state: stateFolder(),
    cellblock_service_args: `--bin ${sandbox.bin} --files ${sandbox.files}`,
    cellblock_port: String(port),
    cellblock_panel_args: '--hsts-subdomains',
    cellblock_origin: origin(port),
  }
  mkdirSync(path.join(folder, 'run'), { mode: 0o755 })
  start(commandOf('cellblock_service', settings), false)
  await until(() => existsSync(settings.cellblock_socket))
  // daemon(8) -u
  start(commandOf('cellblock_panel', settings), true)
  await until(() =>
    fetch(`${origin(port)}/login`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )

  const token = readFileSync(path.join(stateFolder(), 'setup-token'), 'utf8').trim()
  const page = await fetch(`${origin(port)}/setup`)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('The first admin')])
  const { status, setCookie } = await action('/setup', 'completeSetup', {
    token,
    userName: 'mk',
    password: 'correct-horse-battery',
  })
  expect([status, setCookie]).toEqual([200, expect.stringContaining(SESSION_COOKIE)])
  cookie = setCookie.split(';')[0] ?? ''
})

test('lists jails, tells of a start by its event stream, and opens a console', async () => {
  const { host, jails } = await read<'host.snapshot'>('host.snapshot', {})
  expect(host.driver).toMatchObject({ name: 'iocage', version: '1.13' })
  expect(jails).toMatchObject([{ tag: 'www', state: 'down' }])
  const page = await fetch(`${origin(port)}/jails`, { headers: { cookie } })
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('www')])

  const events = await fetch(`${origin(port)}/api/events`, { headers: { cookie } })
  const id = jails[0]?.id ?? ''
  expect(await action('/jails', 'startJail', { id })).toMatchObject({
    status: 200,
    body: expect.stringContaining('"jail.start"'),
  })
  await untilSaid(events, /"type":"jail.changed".*"tag":"www".*"state":"up"/)

  const answer = await action('/jails', 'issueConsoleTicket', { id })
  const ticket = /"ticket":"([^"]+)"/.exec(answer.body)?.[1]
  const socket = new WebSocket(`ws://localhost:${port}/ws/console`, { headers: { cookie, origin: origin(port) } })
  let screen = ''
  socket.on('message', (data: Buffer, isBinary) => (screen += isBinary ? data.toString('utf8') : ''))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'hello', ticket, viewer: crypto.randomUUID(), cols: 80, rows: 24 }))
  await until(() => screen.includes('#'))
  socket.send(Buffer.from('echo "I am $(hostname)"\r'))
  await until(() => screen.includes('I am www'))
  socket.close()
})

test('its processes saw nothing of the sources, and end when asked to', async () => {
  for (const { child } of running) if (asRoot) expect(readdirSync(`/proc/${child.pid}/root${top}`)).toEqual([])
  for (const { child, log } of running.toReversed()) expect(await ended(child), log).toBe(0)
  expect(existsSync(path.join(folder, 'run/s'))).toBe(false)
})

interface Lock {
  dependencies: Record<string, string>
  packages: Record<string, { dependencies?: Record<string, string> }>
}

/** The command line of an rc.d script, less daemon(8): the script itself is run by sh, with a stand-in for rc.subr(8). */
function commandOf(script: string, settings: Record<string, string>): string[] {
  const subr = path.join(folder, 'rc.subr')
  writeFileSync(subr, 'load_rc_config() { :; }\nrun_rc_command() { printf "%s" "$command_args"; }\n')
  const text = readFileSync(path.join(home, 'rc.d', script), 'utf8').replace('/etc/rc.subr', subr)
  const args = execFileSync('sh', ['-c', text], {
    env: { ...settings, PATH: '/usr/bin:/bin' } as unknown as NodeJS.ProcessEnv,
    encoding: 'utf8',
  })
  const words = args.split(/\s+/)
  const [program] = (settings['cellblock_node'] ?? '').split(' ')
  return words.slice(words.indexOf(program ?? ''))
}

/** A module that makes a process believe it runs on FreeBSD. */
function fakePlatform(): string {
  const file = path.join(folder, 'freebsd.mjs')
  writeFileSync(
    file,
    [
      "import os from 'node:os'",
      "import { syncBuiltinESMExports } from 'node:module'",
      "Object.defineProperty(process, 'platform', { value: 'freebsd' })",
      "Object.assign(os, { platform: () => 'freebsd', type: () => 'FreeBSD' })",
      'syncBuiltinESMExports()',
    ].join('\n'),
  )
  return file
}

/** Starts a program where the repository's folder is empty; an ordinary user may not make it so, and starts it as it is. */
function start(command: readonly string[], isPanel: boolean): void {
  const user = isPanel ? ['setpriv', '--reuid', `${PANEL_UID}`, '--regid', `${PANEL_UID}`, '--clear-groups'] : []
  const hidden = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o mode=755 none "$0" && exec "$@"', top, ...user]
  const [file = '', ...args] = [...(asRoot ? hidden : []), ...command]
  const child = spawn(file, args, {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', ...(isPanel ? { NODE_ENV: 'production' } : {}) } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started = { child, log: '' }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => (started.log += data.toString()))
  running.push(started)
}

/** Calls a server action as the browser does; its id stands in the archive's own manifest. */
async function action(page: string, name: string, input: unknown) {
  const manifest = JSON.parse(
    readFileSync(path.join(home, 'panel/.next/server/server-reference-manifest.json'), 'utf8'),
  ) as { node: Record<string, { exportedName: string }> }
  const id = Object.entries(manifest.node).find(([, { exportedName }]) => exportedName === name)?.[0]
  const answer = await fetch(`${origin(port)}${page}`, {
    method: 'POST',
    headers: {
      ...{ cookie, origin: origin(port), 'next-action': id ?? '', accept: 'text/x-component' },
      'content-type': 'text/plain;charset=UTF-8',
    },
    body: JSON.stringify([input]),
  })
  return { status: answer.status, body: await answer.text(), setCookie: answer.headers.get('set-cookie') ?? '' }
}

async function read<Name extends 'host.snapshot'>(verb: Name, input: unknown): Promise<VerbOutput<Name>> {
  const answer = await fetch(`${origin(port)}/api/call/${verb}`, {
    method: 'POST',
    headers: { cookie, origin: origin(port), 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
  })
  return ((await answer.json()) as { value: VerbOutput<Name> }).value
}

async function untilSaid(answer: Response, words: RegExp): Promise<void> {
  let said = ''
  for await (const chunk of answer.body ?? []) {
    said += Buffer.from(chunk).toString('utf8')
    if (words.test(said)) return
  }
  throw new Error(`the stream ended without ${String(words)}: ${said}`)
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const logs = () => running.map(({ log }) => log).join('\n')
  await expect.poll(async () => (await condition()) || logs(), { timeout: 60_000 }).toBe(true)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject)
    probe.listen(0, 'localhost', () => {
      const { port: found } = probe.address() as net.AddressInfo
      probe.close(() => resolve(found))
    })
  })
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })
}
