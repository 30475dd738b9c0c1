import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Role } from '@/lib/capabilities.ts'
import type { VerbInput, VerbName, VerbOutput } from '@/lib/contract/verbs.ts'
import { CLIENT_ADDRESS_HEADER, EVENTS_PATH, callPath } from '@/lib/contract/wire.ts'
import type { ServiceEvent } from '@/lib/events.ts'
import { ServiceEvent as ServiceEventSchema } from '@/lib/events.ts'
import type { Result } from '@/lib/result.ts'
import { bundleService } from '../launch/build.mjs'
import { SERVICE_NODE_ARGS } from '../launch/options.mjs'

const repository = path.resolve(import.meta.dirname, '../..')

/** A long test proves who it is again after this, in milliseconds. */
const PROOF_MS = 4 * 60_000

/** The password of all users that tests make. */
export const TEST_PASSWORD = 'correct-horse-battery'

export interface TestServiceOptions {
  /** Folder of the host's commands, and where its files are seen; default: a host that has neither. */
  bin?: string
  files?: string
  /** State folder of an earlier one, to start again over it; default: a new one. */
  state?: string
  args?: readonly string[]
  /** More arguments of Node: a preload that turns the clock. */
  nodeArgs?: readonly string[]
  /** What starts it in surroundings of its own, as `nsenter` does: comes before Node and becomes it. */
  within?: readonly string[]
  /** Where the state folder is seen from here, when those surroundings have another one at its place. */
  seenState?: string
}

export interface CallOptions {
  /** A user made by `addUser` or `addRoles`, by name; without it nobody is logged in. */
  as?: string
  /** Sent as it is in place of that user's cookie. */
  cookie?: string
  /** An API token in place of a session. */
  token?: string
  changeId?: string
  address?: string
  userAgent?: string
}

/** The real service as a process of its own, spoken to over its socket. */
export interface TestService extends AsyncDisposable {
  readonly pid: number
  readonly socket: string
  readonly state: string
  /** What it wrote to its log so far. */
  readonly log: string
  setupToken(): string | undefined
  call<Name extends VerbName>(
    verb: Name,
    input: VerbInput<Name>,
    options?: CallOptions,
  ): Promise<Result<VerbOutput<Name>>>
  /** The value of a call that has to succeed. */
  must<Name extends VerbName>(verb: Name, input: VerbInput<Name>, options?: CallOptions): Promise<VerbOutput<Name>>
  /** Any request: for wrong ones. */
  request(method: string, url: string, body?: string, headers?: Record<string, string>): Promise<RawAnswer>
  /** Completes the set-up and makes the users viewer, operator and admin. */
  addRoles(): Promise<void>
  login(userName: string, password?: string, options?: CallOptions): Promise<Result<VerbOutput<'session.login'>>>
  /** The cookie of a user's latest login. */
  cookieOf(userName: string): string
  /** The event stream as a user; `next` resolves with the first event that matches, also one that came already. */
  events(as: string, lastEventId?: string): Promise<TestStream>
  /** Ends it by a signal and waits for its end; answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Starts it again over the same state, after it ended. */
  startAgain(): Promise<void>
}

export interface RawAnswer {
  status: number
  headers: http.IncomingHttpHeaders
  body: string
}

export interface TestStream {
  readonly seen: ServiceEvent[]
  readonly ended: Promise<void>
  next<Type extends ServiceEvent['type']>(
    type: Type,
    matches?: (event: Extract<ServiceEvent, { type: Type }>) => boolean,
    timeoutMs?: number,
  ): Promise<Extract<ServiceEvent, { type: Type }>>
  close(): void
}

let bundle: Promise<string> | undefined

/** The service's program, as it is shipped; made once in a test run. */
export function buildService(): Promise<string> {
  bundle ??= (async () => {
    const folder = path.join(repository, 'node_modules/.cache')
    mkdirSync(folder, { recursive: true })
    const programs = mkdtempSync(path.join(folder, 'jail-service-'))
    process.once('exit', () => rmSync(programs, { recursive: true, force: true }))
    await bundleService(programs)
    return path.join(programs, 'jail-service.mjs')
  })()
  return bundle
}

/** Runs the service's program to its end, for starts that are refused and commands at the host; `nodeArgs` as for a service. */
export async function runService(
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<{ exitCode: number | null; output: string }> {
  const program = await buildService()
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, output })))
}

/** Starts the service and resolves when it answers. */
export async function startTestService({
  args = [],
  nodeArgs = [],
  within = [],
  ...options
}: TestServiceOptions = {}): Promise<TestService> {
  const program = await buildService()
  const folder = options.state === undefined ? mkdtempSync(path.join(tmpdir(), 'cellblock-service-')) : undefined
  const state = options.state ?? path.join(folder as string, 'state')
  const socket = path.join(mkdtempSync(path.join(tmpdir(), 'cb-')), 's')
  const nothing = path.join(path.dirname(socket), 'no-host')
  mkdirSync(nothing)
  const { bin = nothing, files = nothing } = options
  const cookies = new Map<string, string>()
  /** When each user last proved who it is: some changes ask again after five minutes. */
  const provedAt = new Map<string, number>()
  let child: ChildProcess
  let log = ''

  async function start(): Promise<void> {
    const [command = '', ...rest] = [
      ...[...within, process.execPath, ...SERVICE_NODE_ARGS, ...nodeArgs, program],
      ...['--socket', socket, '--state', state, '--bin', bin, '--files', files, ...args],
    ]
    child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout?.resume()
    child.stderr?.on('data', (text: Buffer) => (log += text.toString()))
    const started = child
    let hasEnded = false
    started.once('exit', () => (hasEnded = true))
    const limit = performance.now() + 30_000
    while (!(await answers())) {
      if (hasEnded || performance.now() > limit) {
        started.kill('SIGKILL') // nobody else would end it
        throw new Error(`the service does not answer:\n${log}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const answers = () =>
    request('GET', '/health').then(
      ({ status }) => status === 200,
      () => false,
    )

  function request(
    method: string,
    url: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const asked = http.request({ socketPath: socket, method, path: url, headers, agent: false }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
        answer.on('error', reject)
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  async function call<Name extends VerbName>(
    verb: Name,
    input: VerbInput<Name>,
    { as, cookie, token, changeId, address = '127.0.0.1', userAgent = 'test' }: CallOptions = {},
  ): Promise<Result<VerbOutput<Name>>> {
    if (as !== undefined && performance.now() - (provedAt.get(as) ?? Number.POSITIVE_INFINITY) > PROOF_MS) {
      provedAt.set(as, performance.now())
      await call('session.confirm', { password: TEST_PASSWORD }, { as })
    }
    const shown = cookie ?? (as === undefined ? undefined : cookies.get(as))
    const { body, headers } = await request('POST', callPath(verb), JSON.stringify({ input, changeId }), {
      ...{ 'content-type': 'application/json', [CLIENT_ADDRESS_HEADER]: address, 'user-agent': userAgent },
      ...(shown === undefined ? {} : { cookie: shown }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    })
    const given = headers['set-cookie']?.[0]?.split(';')[0]
    const result = JSON.parse(body) as Result<VerbOutput<Name>>
    if (given !== undefined && result.ok) {
      // A login gives a session, a proof of who one is another cookie to the one that there is.
      const entered = 'actor' in (result.value as object)
      const userName = entered ? (result.value as VerbOutput<'session.login'>).actor.userName : as
      if (userName !== undefined && cookie === undefined) cookies.set(userName, given)
      if (entered) provedAt.set((result.value as VerbOutput<'session.login'>).actor.userName, performance.now())
    }
    return result
  }
  async function must<Name extends VerbName>(verb: Name, input: VerbInput<Name>, callOptions?: CallOptions) {
    const result = await call(verb, input, callOptions)
    if (!result.ok) throw new Error(`${verb}: ${JSON.stringify(result.error)}\n${log.slice(-2_000)}`)
    return result.value
  }
  const setupToken = () => {
    const file = path.join(options.seenState ?? state, 'setup-token')
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  }
  const login = (userName: string, password = TEST_PASSWORD, callOptions: CallOptions = {}) =>
    call('session.login', { userName, password }, callOptions)

  const service: TestService = {
    get pid() {
      return child.pid ?? 0
    },
    socket,
    state,
    get log() {
      return log
    },
    ...{ setupToken, call, must, request, login },
    async addRoles() {
      await must('setup.complete', { token: setupToken() ?? '', userName: 'admin', password: TEST_PASSWORD })
      for (const role of Role.options.filter((name) => name !== 'admin')) {
        await must('user.create', { userName: role, password: TEST_PASSWORD, role }, { as: 'admin' })
        await must('session.login', { userName: role, password: TEST_PASSWORD })
      }
    },
    cookieOf: (userName) => cookies.get(userName) ?? '',
    events: (as, lastEventId) => openStream(socket, cookies.get(as) ?? '', lastEventId),
    stop(signal = 'SIGTERM') {
      const ending = child
      if (ending.exitCode !== null || ending.signalCode !== null) return Promise.resolve(ending.exitCode)
      return new Promise((resolve) => {
        ending.once('exit', (exitCode) => resolve(exitCode))
        ending.kill(signal)
      })
    },
    startAgain: start,
    async [Symbol.asyncDispose]() {
      await service.stop()
      rmSync(path.dirname(socket), { recursive: true, force: true })
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
  await start()
  return service
}

function openStream(socketPath: string, cookie: string, lastEventId?: string): Promise<TestStream> {
  return new Promise((resolve, reject) => {
    const headers = { cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) }
    const asked = http.request({ socketPath, path: EVENTS_PATH, headers, agent: false }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`the event stream answered ${answer.statusCode}`))
      const seen: ServiceEvent[] = []
      const watchers = new Set<() => void>()
      let rest = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        const blocks = (rest + chunk).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1]
          if (data !== undefined) seen.push(ServiceEventSchema.parse(JSON.parse(data)))
        }
        for (const look of watchers) look()
      })
      const ended = new Promise<void>((done) => {
        answer.once('close', done)
        answer.once('error', () => done())
      })
      const next: TestStream['next'] = (type, matches = () => true, timeoutMs = 20_000) =>
        new Promise((found, missed) => {
          type Wanted = Extract<ServiceEvent, { type: typeof type }>
          const look = () => {
            const event = seen.find((one): one is Wanted => one.type === type && matches(one as Wanted))
            if (event === undefined) return
            clearTimeout(limit)
            watchers.delete(look)
            found(event)
          }
          const limit = setTimeout(() => {
            watchers.delete(look)
            missed(new Error(`no ${type} within ${timeoutMs} ms; seen: ${seen.map((one) => one.type).join(' ')}`))
          }, timeoutMs)
          watchers.add(look)
          look()
        })
      resolve({ seen, ended, next, close: () => answer.destroy() })
    })
    asked.on('error', reject)
    asked.end()
  })
}
