// @ts-check
import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { aptInstall, canApt, readText, run, top, which } from './run.mjs'
import { step, stop } from './say.mjs'

/** Node that everything here was tried on; 24 is recommended (LTS), 20.19 the least that the libraries run on. */
const NODE_LEAST = [20, 19]

/** Ends with one sentence when Node is too old. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = NODE_LEAST
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    stop(`Node ${process.versions.node} is too old: install Node ${NODE_LEAST.join('.')} or newer (24 is recommended).`)
}

/** What compiling the native modules (better-sqlite3, node-pty) and the sandbox's helper needs. */
const TOOLS = [
  { program: 'python3', debian: 'python3' },
  { program: 'make', debian: 'make' },
  { program: 'cc', debian: 'gcc' },
  { program: 'c++', debian: 'g++' },
]

/** Checks for a compiler, installs it where we may, or names the packages in one sentence. */
async function checkCompiler() {
  const missing = TOOLS.filter(({ program }) => which(program) === undefined)
  if (missing.length === 0) return
  const packages = [...new Set(missing.map(({ debian }) => debian))]
  const names = missing.map(({ program }) => program).join(', ')
  if (canApt()) {
    step(`Installing ${packages.join(' ')} (needed to compile two native modules)`)
    if (await aptInstall([...packages, 'libc6-dev'])) return
  }
  stop(
    `${names} ${missing.length === 1 ? 'is' : 'are'} missing, needed to compile two native modules. Install: ` +
      `apt-get install ${packages.join(' ')} (Debian, Ubuntu), dnf install python3 make gcc gcc-c++ (Fedora), ` +
      `apk add python3 make g++ linux-headers (Alpine).`,
  )
}

/** Packages that are compiled here. No other package's install script is run. */
const COMPILED = ['better-sqlite3', 'node-pty']

/**
 * Makes node_modules what package-lock.json says; at once when it is so already.
 * @param {() => Promise<void>} [beside] done while the native modules compile on one core: what does not need them
 */
export async function prepare(beside = async () => {}) {
  checkNode()
  const lock = createHash('sha256')
    .update(readText(path.join(top, 'package-lock.json')))
    .update(process.versions.modules)
    .digest('hex')
  const mark = path.join(top, 'node_modules', '.cellblock-installed')
  if (readText(mark) === lock) return beside()
  await checkCompiler()
  step('Installing packages')
  const headers = path.resolve(path.dirname(process.execPath), '..')
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  // With the headers of this Node on the machine nothing else has to be downloaded for compiling.
  if (existsSync(path.join(headers, 'include/node/node.h'))) env.npm_config_nodedir = headers
  const status = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { env })
  if (status !== 0) stop('npm ci failed; its last lines above say why. Nothing was started.')
  step('Compiling two native modules (about a minute the first time)')
  const compile = run('npm', ['rebuild', ...COMPILED, '--loglevel=error'], { env })
  const [compiled] = await Promise.all([compile, beside()])
  if (compiled !== 0) stop('npm rebuild failed; its last lines above say why. Nothing was started.')
  writeFileSync(mark, lock)
}
