import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { callPath, SESSION_COOKIE } from '../lib/contract/wire.ts'
import { tokenDigest } from '../server/jail-service/accounts/token-digest.ts'
import { build, dist } from '../server/launch/build.mjs'
import { PANEL_UID, SERVICE_NODE_ARGS } from '../server/launch/options.mjs'
import { panelTree } from '../server/launch/panel-tree.mjs'

const top = path.resolve(import.meta.dirname, '..')
const sandboxLauncher = path.join(top, 'server/sandbox/sandbox.mjs')
const asRoot = process.getuid?.() === 0

/** The password of all users that tests make. */
export const TEST_PASSWORD = 'correct-horse-battery'
export const roles = ['viewer', 'operator', 'admin'] as const
export type TestRole = (typeof roles)[number]

export interface PanelOptions {
  /** The sandbox's iocage; the primer's by default. */
  iocage?: '0.9.7' | '1.13'
  /** Without users: the set-up has not been done. */
  fresh?: boolean
  /** More arguments for the jail service, and for the Node that it runs on. */
  serviceArgs?: readonly string[]
  serviceNodeArgs?: readonly string[]
  /** Starts an OpenID Connect provider for the panel at this address; `file` names it. It ends with the panel. */
  oidc?: (origin: string) => Promise<AsyncDisposable & { file: string }>
  /** Where the panel's own words go; to the test's by default. */
  panelOutput?: 'inherit' | 'ignore'
  /** Sees what the jail service writes to its log. */
  onServiceLog?: (text: string) => void
}

/** A sandbox host, the jail service and the panel, as `npm start` runs them, on a free port over new folders. */
export interface RunningPanel {
  readonly origin: string
  /** The jail service's Unix socket. */
  readonly socket: string
  /** The sandbox's folder of the host's commands. */
  readonly bin: string
  /** Process numbers now. */
  pids(): { service: number; panel: number }
  /** Set-up token of a fresh one; empty otherwise. */
  readonly setupToken: string
  /** Runs a command on the host, as an admin does in a terminal. Throws when it fails. */
  host(...argv: string[]): string
  /** The same, whatever it ends with. */
  tryHost(...argv: string[]): { status: number; stdout: string; stderr: string }
  /** Logs in and answers the value of the session's cookie. */
  login(role: TestRole): Promise<string>
  /** Calls a verb on the service's own socket, without the panel between. */
  call(verb: string, input: unknown, cookie?: string): Promise<{ status: number; body: unknown; setCookie: string }>
  /** As if everyone had proved who they are so long ago, in seconds: a login is asked for again after five minutes. */
  ageProofs(seconds: number): void
  /** Ends the jail service as `kill -9` does, and starts it again. */
  killService(): Promise<void>
  /** Ends the panel as `kill -9` does, and starts it again. */
  killPanel(): Promise<void>
  stopService(): Promise<void>
  startService(): Promise<void>
  stop(): Promise<void>
}

/** The session's cookie in a `Set-Cookie` line; empty when there is none. */
export const cookieIn = (line: string): string => decodeURIComponent(/^[^=]+=([^;]*)/.exec(line)?.[1] ?? '')

/** Calls a verb on the jail service's own socket, without the panel between. */
export function callService(
  socketPath: string,
  verb: string,
  input: unknown,
  cookie?: string,
): Promise<{ status: number; body: unknown; setCookie: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        socketPath,
        method: 'POST',
        path: callPath(verb),
        headers: {
          'content-type': 'application/json',
          ...(cookie === undefined ? {} : { cookie: `${SESSION_COOKIE}=${cookie}` }),
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: text === '' ? undefined : JSON.parse(text),
            setCookie: response.headers['set-cookie']?.[0] ?? '',
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(JSON.stringify({ input, changeId: crypto.randomUUID() }))
  })
}

/** Builds what changed and starts everything. */
export async function startPanel({
  iocage = '0.9.7',
  fresh = false,
  serviceArgs = [],
  serviceNodeArgs = [],
  oidc,
  panelOutput = 'inherit',
  onServiceLog,
}: PanelOptions = {}): Promise<RunningPanel> {
  await build()
  const folder = mkdtempSync(path.join(tmpdir(), 'cb-e2e-'))
  const sandboxEnv = {
    ...process.env,
    ...{ CELLBLOCK_SANDBOX: path.join(folder, 'sandbox'), CELLBLOCK_IOCAGE: iocage },
    CELLBLOCK_MIRROR_RATE: '0', // in a terminal; what the panel fetches comes at the pace of a mirror
  }
  const tryHost = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [sandboxLauncher, ...argv], {
      env: sandboxEnv,
      encoding: 'utf8',
    })
    return { status: status ?? 1, stdout, stderr }
  }
  const host = (...argv: string[]) => {
    const { status, stdout, stderr } = tryHost(...argv)
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr || stdout}`)
    return stdout
  }
  const bin = host('bin').trim()
  host('hostname')

  const run = path.join(folder, 'run')
  const socket = path.join(run, 'service.sock')
  const state = path.join(folder, 'service')
  mkdirSync(run, { mode: 0o750 })
  chmodSync(folder, 0o755)
  if (asRoot) chownSync(run, 0, PANEL_UID)
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const provider = await oidc?.(origin)
  const oidcArgs = provider === undefined ? [] : ['--oidc', provider.file]

  let service: ChildProcess | undefined
  const startService = async () => {
    service = spawn(
      process.execPath,
      [
        ...SERVICE_NODE_ARGS,
        ...serviceNodeArgs,
        path.join(dist, 'jail-service.mjs'),
        ...['--socket', socket, '--state', state, '--bin', bin, '--files', path.join(folder, 'sandbox/host')],
        ...['--log-level', 'warn', '--origin', origin],
        ...(asRoot ? ['--panel-user', String(PANEL_UID)] : []),
        ...oidcArgs,
        ...serviceArgs,
      ],
      { stdio: ['ignore', 'inherit', onServiceLog === undefined ? 'inherit' : 'pipe'], detached: true },
    )
    service.stderr?.setEncoding('utf8').on('data', onServiceLog ?? (() => undefined))
    await until(() => call('setup.status', {}).then(({ status }) => status === 200))
  }
  const stopService = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const stopping = service
    service = undefined
    if (stopping !== undefined) await ended(stopping, signal)
  }

  const call: RunningPanel['call'] = (verb, input, cookie) => callService(socket, verb, input, cookie)
  const must = async (verb: string, input: unknown, cookie?: string) => {
    const answer = await call(verb, input, cookie)
    if (answer.status !== 200) throw new Error(`${verb}: ${JSON.stringify(answer.body)}`)
    return answer
  }

  const inDb = <T>(work: (db: Database.Database) => T): T => {
    const db = new Database(path.join(state, 'service.db'))
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const ageProofs = (seconds: number) =>
    inDb((db) => {
      db.prepare('UPDATE session_proof SET at = ?').run(new Date(Date.now() - seconds * 1_000).toISOString())
    })
  /** Whether a cookie is its session's present one: a former one is answered for some seconds, too. */
  const isPresent = (cookie: string): boolean =>
    inDb((db) => db.prepare('SELECT 1 FROM session WHERE token = ?').get(tokenDigest(cookie))) !== undefined

  await startService()
  const tree = panelTree()
  const startPanelProcess = () =>
    spawn(
      process.execPath,
      [
        path.join(tree.folder, 'panel.mjs'),
        ...['--socket', socket, '--host', 'localhost', '--port', String(port)],
        ...['--origin', origin],
        ...(asRoot ? ['--user', String(PANEL_UID), '--group', String(PANEL_UID)] : []),
      ],
      {
        cwd: tree.folder,
        env: { PATH: process.env.PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
        stdio: ['ignore', panelOutput, panelOutput],
        detached: true,
      },
    )
  const panelAnswers = () => until(() => fetch(`${origin}/login`).then(({ ok }) => ok))
  let panel = startPanelProcess()

  const tokenFile = path.join(state, 'setup-token')
  const setupToken = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : ''
  const cookies = new Map<TestRole, string>()
  if (!fresh) {
    const first = await must('setup.complete', { token: setupToken, userName: 'admin', password: TEST_PASSWORD })
    const admin = cookieIn(first.setCookie)
    for (const role of ['viewer', 'operator'] as const)
      await must('user.create', { userName: role, password: TEST_PASSWORD, role }, admin)
  }
  await panelAnswers()

  return {
    origin,
    socket,
    bin,
    pids: () => ({ service: service?.pid ?? 0, panel: panel.pid ?? 0 }),
    setupToken: fresh ? setupToken : '',
    host,
    tryHost,
    call,
    startService,
    ageProofs,
    stopService: () => stopService(),
    killPanel: async () => {
      await ended(panel, 'SIGKILL')
      panel = startPanelProcess()
      await panelAnswers()
    },
    killService: async () => {
      await stopService('SIGKILL')
      await startService()
    },
    login: async (role) => {
      // A session lasts longer than any test; what it may do without being asked again does not. Confirming it here would
      // give it another cookie than pages were given; a page that confirmed it has such a one already.
      const known = cookies.get(role)
      if (known !== undefined && isPresent(known) && (await call('account.me', {}, known)).status === 200) {
        ageProofs(0)
        return known
      }
      const cookie = cookieIn((await must('session.login', { userName: role, password: TEST_PASSWORD })).setCookie)
      cookies.set(role, cookie)
      return cookie
    },
    stop: async () => {
      await ended(panel, 'SIGTERM')
      await stopService()
      await provider?.[Symbol.asyncDispose]()
      tree.remove()
      host('reset')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject)
    probe.listen(0, 'localhost', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Ends a process of ours and waits until it is gone. */
function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

/** Longest wait for a part to come up, in milliseconds. */
const START_MS = 30_000

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_MS
  for (;;) {
    if (await isTrue().catch(() => false)) return
    if (Date.now() > deadline) throw new Error('a part did not start in time')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
