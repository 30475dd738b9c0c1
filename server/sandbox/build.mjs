import { spawn } from 'node:child_process'
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const REPOSITORY = path.join(HERE, '..', '..')
const DIST = path.join(REPOSITORY, 'dist', 'sandbox')
const BUNDLE = path.join(DIST, 'commands.mjs')
const HELPER = path.join(DIST, 'cb')
const INPUTS = path.join(DIST, 'inputs.json')

const modified = (/** @type {string} */ file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Whether `made` is there and younger than every one of its sources, all of which are still there. */
const isFresh = (/** @type {string} */ made, /** @type {string[]} */ sources) =>
  modified(made) > 0 && sources.every((source) => modified(source) > 0 && modified(source) <= modified(made))

/** The files that the bundle was last made from, or none where that is not known. */
function bundleSources() {
  try {
    const inputs = /** @type {string[]} */ (JSON.parse(readFileSync(INPUTS, 'utf8')))
    return inputs.map((file) => path.join(REPOSITORY, file))
  } catch {
    return []
  }
}

/** Builds what is older than its sources of the sandbox's two programs; answers the path of the bundled commands. */
export async function buildSandbox() {
  const native = readdirSync(path.join(HERE, 'native')).filter((name) => /\.[ch]$/.test(name))
  const nativeSources = native.map((name) => path.join(HERE, 'native', name))
  const inputs = bundleSources()
  const hasBundle = inputs.length > 0 && isFresh(BUNDLE, inputs)
  const hasHelper = isFresh(HELPER, nativeSources)
  if (hasBundle && hasHelper) return BUNDLE
  try {
    mkdirSync(DIST, { recursive: true })
    accessSync(DIST, constants.W_OK)
  } catch {
    throw new Error(
      `${DIST} is older than its sources and not yours to write; have its owner run "npm run sandbox -- status"`,
    )
  }
  await Promise.all([
    hasBundle ? undefined : buildBundle(),
    hasHelper ? undefined : buildHelper(nativeSources.filter((file) => file.endsWith('.c'))),
  ])
  return BUNDLE
}

async function buildBundle() {
  const { build } = await import('esbuild')
  const temporary = `${BUNDLE}.${process.pid}.tmp`
  const { metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [path.join(HERE, 'commands.ts')],
    outfile: temporary,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    metafile: true,
    logLevel: 'error',
  })
  writeFileSync(`${INPUTS}.${process.pid}.tmp`, JSON.stringify(Object.keys(metafile.inputs)))
  renameSync(`${INPUTS}.${process.pid}.tmp`, INPUTS)
  renameSync(temporary, BUNDLE)
}

async function buildHelper(/** @type {string[]} */ sources) {
  const temporary = `${HELPER}.${process.pid}.tmp`
  const argv = ['-D_GNU_SOURCE', '-std=gnu17', '-O2', '-Wall', '-Wextra', '-o', temporary, ...sources]
  // Static where the machine has a static libc: then it also runs in a jail whose libraries are others.
  const problem = (await compile(['-static', ...argv])) && (await compile(argv))
  if (problem) {
    rmSync(temporary, { force: true })
    throw new Error(`the sandbox's helper could not be compiled:\n${problem}`)
  }
  renameSync(temporary, HELPER)
}

/** What the compiler had to say when it failed, else ''. */
function compile(/** @type {string[]} */ argv) {
  return new Promise((resolve, reject) => {
    const child = spawn('cc', argv, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (data) => (said += String(data)))
    child.on('error', () =>
      reject(
        new Error('the sandbox needs a C compiler ("cc"); install gcc or clang, e.g. with "apt install gcc libc6-dev"'),
      ),
    )
    child.on('close', (code) => resolve(code === 0 ? '' : said || `cc ended with ${code}`))
  })
}
