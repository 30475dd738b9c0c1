// @ts-check
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepare } from './prepare.mjs'
import { readText, run, top } from './run.mjs'
import { step, stop } from './say.mjs'

/** Folder of everything that is built. */
export const dist = path.join(top, 'dist')

/**
 * A digest of the named sources by path, size and time of change: equal as long as nothing was touched, also when the
 * whole folder is moved.
 * @param {readonly string[]} places files and folders below the top
 */
function stampOf(places) {
  const hash = createHash('sha256').update(process.versions.modules)
  /** @param {string} place */
  const add = (place) => {
    if (!existsSync(place)) return
    const info = statSync(place)
    if (info.isDirectory()) {
      for (const name of readdirSync(place).toSorted()) add(path.join(place, name))
    } else if (!/\.(test|e2e)\.tsx?$|\.md$/.test(place)) {
      hash.update(`${path.relative(top, place)}\0${info.size}\0${info.mtimeMs}\n`)
    }
  }
  for (const place of places) add(path.join(top, place))
  return hash.digest('hex')
}

/**
 * Runs `work` when the sources changed since it last succeeded.
 * @param {string} name
 * @param {readonly string[]} sources
 * @param {() => Promise<void>} work
 */
async function whenChanged(name, sources, work) {
  const mark = path.join(dist, `.${name}-built`)
  const stamp = stampOf([...sources, 'package-lock.json', 'server/launch/build.mjs'])
  if (readText(mark) === stamp) return
  await work()
  // Its helper process would stay as long as ours, which may be days.
  await (await import('esbuild')).stop()
  mkdirSync(dist, { recursive: true })
  writeFileSync(mark, stamp)
}

/** CommonJS packages inside an ES module bundle still call `require`. */
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/**
 * Bundles one program of ours for Node.
 * @param {string} entry @param {string} outfile @param {string[]} external
 */
async function bundle(entry, outfile, external) {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: top,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    external,
    banner: { js: banner },
    logLevel: 'warning',
  })
}

/** Native modules are never bundled: they are compiled for the machine they run on. */
export const NATIVE = ['better-sqlite3', 'node-pty']

/** Programs of the jail service, by their sources; they stand beside each other. */
export const SERVICE_PROGRAMS = {
  'server/jail-service/main.ts': 'jail-service.mjs',
  'server/jail-service/command-reader-main.ts': 'command-reader.mjs',
}

/** Bundles them into a folder. @param {string} folder */
export async function bundleService(folder) {
  for (const [entry, name] of Object.entries(SERVICE_PROGRAMS)) await bundle(entry, path.join(folder, name), NATIVE)
}

const buildService = () =>
  whenChanged('service', ['lib', 'server/jail-service'], async () => {
    step('Building the jail service')
    await bundleService(dist)
  })

/** Builds the console's command line client when it changed. */
export const buildConsole = () =>
  whenChanged('console', ['lib', 'server/console-client'], async () => {
    await bundle('server/console-client/main.ts', 'dist/console.mjs', [])
  })

const buildPanel = () =>
  whenChanged(
    'panel',
    [
      'app',
      'components',
      'lib',
      'public',
      'server/panel',
      'next.config.mjs',
      'postcss.config.mjs',
      'proxy.ts',
      'tsconfig.json',
    ],
    async () => {
      step('Building the panel (about a minute)')
      const env = { ...process.env, NODE_ENV: /** @type {const} */ ('production'), NEXT_TELEMETRY_DISABLED: '1' }
      const next = path.join(top, 'node_modules/next/dist/bin/next')
      const status = await run(process.execPath, [next, 'build'], { env })
      if (status !== 0) stop('next build failed; its lines above say why.')
      await assemblePanel()
    },
  )

/** Lays out `dist/panel`: Next's standalone tree, its static files and our server. The same tree goes into a release. */
async function assemblePanel() {
  const panel = path.join(dist, 'panel')
  rmSync(panel, { recursive: true, force: true })
  cpSync(path.join(top, '.next/standalone'), panel, { recursive: true, verbatimSymlinks: true })
  cpSync(path.join(top, '.next/static'), path.join(panel, '.next/static'), { recursive: true })
  if (existsSync(path.join(top, 'public')))
    cpSync(path.join(top, 'public'), path.join(panel, 'public'), { recursive: true })
  rmSync(path.join(panel, 'server.js'), { force: true })
  await bundle('server/panel/main.ts', 'dist/panel/panel.mjs', ['next', 'react', 'react-dom'])
  // Next's configuration holds the folder it was built in; the panel runs wherever its tree lies.
  const required = path.join(panel, '.next/required-server-files.json')
  writeFileSync(required, readFileSync(required, 'utf8').replaceAll(top, '.'))
}

const buildSandbox = async () => {
  const launcher = path.join(top, 'server/sandbox/sandbox.mjs')
  const { build } = await import(pathToFileURL(launcher).href)
  await build()
}

/** Builds what changed: service, panel, and on Linux the sandbox. */
export async function build() {
  await buildService()
  await buildConsole()
  if (process.platform === 'linux') await buildSandbox()
  await buildPanel()
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  // The tests install themselves, and build meanwhile.
  await (process.argv.includes('--no-install') ? build() : prepare(build))
}
