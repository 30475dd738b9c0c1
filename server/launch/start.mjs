// @ts-check
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, chmodSync, chownSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'
import { build, dist } from './build.mjs'
import { PANEL_UID, SERVICE_NODE_ARGS, SOCKET_PATH_MAX, readOptions, runFolder, separatePanelUser } from './options.mjs'
import { panelTree, panelUserArgs } from './panel-tree.mjs'
import { prepare } from './prepare.mjs'
import { top } from './run.mjs'
import { say, step, stop } from './say.mjs'
import { supervise } from './supervise.mjs'

const startedAt = Date.now()
const options = readOptions()
if (process.platform === 'freebsd')
  stop('on FreeBSD Cellblock runs from its release archive (made on Linux with "npm run release"); see README.')
if (process.platform !== 'linux')
  stop(`the sandbox needs Linux (this is ${process.platform}); use a Linux machine or a virtual machine.`)

const socket = path.join(runFolder(options.state), 'service.sock')
if (Buffer.byteLength(socket) > SOCKET_PATH_MAX)
  stop(`the socket's path ${socket} is longer than ${SOCKET_PATH_MAX} bytes; set XDG_RUNTIME_DIR to a shorter folder.`)
await checkPort()
await checkState()
await prepare(build)

const sandboxLauncher = path.join(top, 'server/sandbox/sandbox.mjs')
process.env.CELLBLOCK_SANDBOX ??= path.join(options.state, 'sandbox')
const sandboxState = path.resolve(process.env.CELLBLOCK_SANDBOX)
const isNewSandbox = !existsSync(path.join(sandboxState, 'sandbox.json'))

/** What there is to end, in this order. @type {(() => unknown)[]} */
const endings = []
let ending = false
/** Ends all parts in order: panel, service, the sandbox's host. @param {string} [reason] */
async function end(reason) {
  if (ending) return
  ending = true
  if (reason !== undefined) process.stderr.write(`cellblock: ${reason}\n`)
  else say('\nEnding …')
  for (const endIt of endings) await endIt()
  process.exit(reason === undefined ? 0 : 1)
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => void end())

mkdirSync(options.state, { recursive: true, mode: 0o700 })
/** How the sandbox is left: an example that is half filled is made anew the next time. */
let leaveSandbox = isNewSandbox && options.example ? 'reset' : 'halt'
if (options.bin === undefined)
  endings.push(() =>
    spawnSync(process.execPath, [sandboxLauncher, leaveSandbox], { stdio: 'ignore', env: process.env }),
  )
const host = options.bin === undefined ? startSandbox() : { bin: options.bin, files: options.files }
if (options.example) await fillExample().catch((/** @type {Error} */ error) => end(error.message))
leaveSandbox = 'halt'

const run = makeRunFolder()
const serviceState = path.join(options.state, 'service')

const certificate = options.tls === 'self-made' ? await makeCertificate() : undefined
const tls = certificate ?? (options.tls === 'self-made' ? undefined : options.tls)
const tree = panelTree()
const env = { ...process.env, NODE_ENV: /** @type {const} */ ('production'), NEXT_TELEMETRY_DISABLED: '1' }
const service = supervise(
  'jail service',
  [
    process.execPath,
    ...SERVICE_NODE_ARGS,
    path.join(dist, 'jail-service.mjs'),
    ...['--socket', socket, '--state', serviceState, '--bin', host.bin, '--files', host.files],
    ...['--log-level', 'warn'],
    ...options.origins.flatMap((origin) => ['--origin', origin]),
    ...(options.oidc === undefined ? [] : ['--oidc', options.oidc]),
    ...(separatePanelUser() ? ['--panel-user', String(PANEL_UID)] : []),
  ],
  { env, onGiveUp: end },
)
const panel = supervise(
  'panel',
  [
    process.execPath,
    path.join(tree.folder, 'panel.mjs'),
    ...['--socket', socket, '--host', options.host, '--port', String(options.port)],
    ...options.origins.flatMap((origin) => ['--origin', origin]),
    ...(tls === undefined ? [] : ['--tls-cert', tls.cert, '--tls-key', tls.key]),
    ...panelUserArgs(),
  ],
  // The panel gets nothing of our environment but what Node needs: it holds no secret.
  {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    cwd: tree.folder,
    onGiveUp: end,
  },
)

endings.unshift(
  () => panel.stop(),
  () => service.stop(),
  () => tree.remove(),
  () => rmSync(run, { recursive: true, force: true }),
)

await whenAnswering()
printLink()

async function makeCertificate() {
  // Not read above: a new clone has its packages only after they were installed.
  const { selfMadeCertificate } = await import('./self-made-certificate.mjs')
  const hosts = options.origins.map((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, ''))
  return selfMadeCertificate(path.join(options.state, 'tls'), hosts)
}

/** Ends with one sentence when the port is taken, before minutes are spent on building. */
function checkPort() {
  return new Promise((resolve) => {
    const probe = net.createServer()
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ { code = 'unknown error' }) =>
      stop(
        `port ${options.port} on ${options.host} ${code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`}; ` +
          `choose another: npm start -- --port ${options.port + 1}`,
      ),
    )
    probe.listen(options.port, options.host, () => probe.close(() => resolve(undefined)))
  })
}

/** Ends with one sentence when another start works with the same folder: ending this one would take its host along. */
function checkState() {
  return new Promise((resolve) => {
    const probe = net.connect(socket, () =>
      stop(`Cellblock runs with ${options.state} already; end that one, or choose another folder with --state.`),
    )
    probe.once('error', resolve)
  })
}

/** Makes or starts the sandbox; returns where its commands and its files are. */
function startSandbox() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [sandboxLauncher, 'bin'], {
    encoding: 'utf8',
    env: process.env,
  })
  if (status !== 0) stop(stderr.trim().replace(/^\w+: /, '') || 'the sandbox could not be started.')
  const up = spawnSync(process.execPath, [sandboxLauncher, 'hostname'], { encoding: 'utf8', env: process.env })
  if (up.status !== 0) stop(up.stderr.trim().replace(/^\w+: /, '') || 'the sandbox host does not start.')
  return { bin: stdout.trim(), files: path.join(sandboxState, 'host') }
}

/** Fills a new sandbox for a look around; one that has something already is left as it is. */
async function fillExample() {
  if (!isNewSandbox) {
    step(`--example: ${sandboxState} is not new and stays as it is`)
    return
  }
  const { fill } = await import('./example.mjs')
  await fill(host.bin, sandboxState)
}

/** The folder of the socket: reachable by the panel's user, writable by us alone. */
function makeRunFolder() {
  const folder = runFolder(options.state)
  mkdirSync(folder, { recursive: true, mode: 0o750 })
  chmodSync(folder, 0o750)
  if (separatePanelUser()) chownSync(folder, 0, PANEL_UID)
  return folder
}

/** Resolves when the panel answers through the service. */
async function whenAnswering() {
  for (;;) {
    const status = await new Promise((resolve) => {
      // Whose certificate answers is no question here: it is our own child, asked whether it is up.
      const request = (tls === undefined ? http : https).get(
        {
          rejectUnauthorized: false,
          host: options.host,
          port: options.port,
          path: '/login',
          headers: { host: new URL(options.origins[0] ?? '').host },
        },
        (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        },
      )
      request.on('error', () => resolve(0))
      request.setTimeout(2_000, () => request.destroy())
    })
    if (status >= 200 && status < 400 && existsSync(socket)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The one link: the set-up while no account exists, the panel afterwards. */
function printLink() {
  const origin = options.origins[0]
  const tokenFile = path.join(serviceState, 'setup-token')
  const token = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : ''
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1)
  say('')
  say(`  Cellblock is ready (${seconds} s).`)
  if (token !== '') say('  Open this link once to make the first admin; it works one time:')
  say('')
  say(`    ${origin}${token === '' ? '/' : `/setup#${token}`}`)
  say('')
  if (certificate !== undefined) {
    say('  The certificate was made here, so the browser warns once. Its SHA-256 fingerprint is:')
    say(`  ${certificate.fingerprint}`)
    say('')
  }
  if (options.bin === undefined) say('  A terminal on the sandbox host:  npm run --silent sandbox -- iocage list')
  say('  Ctrl-C ends it.')
  say('')
}
