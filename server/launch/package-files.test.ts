import { readFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { NATIVE } from './build.mjs'
import { lockOf } from './release.mjs'
import { top } from './run.mjs'

interface Entry {
  version?: string
  resolved?: string
  integrity?: string
  inBundle?: boolean
  link?: boolean
  optional?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
const text = readFileSync(path.join(top, 'package-lock.json'), 'utf8')
const lock = JSON.parse(text) as { packages: Record<string, Entry> }
const manifest = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies' | 'scripts',
  Record<string, string>
>

/** Where a package finds another, as Node looks for it; undefined when the lock file has none. */
function found(from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (lock.packages[place] !== undefined) return place
    if (at === '') return undefined
    if (!at.includes('/node_modules/')) at = '/node_modules/'
  }
}

describe('the lock file', () => {
  test('names no registry: a clone takes its own', () => {
    expect(text).not.toMatch(/https?:\/\/[^"]*\.tgz|"resolved"/)
    const unsigned = Object.entries(lock.packages).filter(
      ([place, entry]) => place !== '' && !entry.integrity && !entry.inBundle,
    )
    expect(unsigned).toEqual([])
  })

  test('has what every package asks for, for every platform: npm ci refuses another', () => {
    const missing = Object.entries(lock.packages).flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => found(place, name) === undefined)
        .map((name) => `${place || 'package.json'} wants ${name}`),
    )
    expect(missing).toEqual([])
    const platforms = Object.keys(lock.packages).filter((place) => place.startsWith('node_modules/@esbuild/'))
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-arm64', 'freebsd-x64'])
      expect(platforms).toContain(`node_modules/@esbuild/${platform}`)
  })

  test('is that of package.json', () => {
    for (const kind of ['dependencies', 'devDependencies'] as const)
      expect(lock.packages['']).toHaveProperty(kind, manifest[kind])
  })

  test('of a release has all that the native modules need, and nothing of the panel', () => {
    const small = lockOf(lock, NATIVE, '1.2.3').lock as unknown as { packages: Record<string, Entry> }
    const places = Object.keys(small.packages)
    expect(places).toEqual(
      expect.arrayContaining(['node_modules/better-sqlite3', 'node_modules/bindings', 'node_modules/node-pty']),
    )
    expect(places.filter((place) => /\/(next|react|@next|sharp)(\/|$)/.test(place))).toEqual([])
    for (const { dependencies = {} } of Object.values(small.packages))
      for (const name of Object.keys(dependencies))
        expect(places.some((place) => place.endsWith(`node_modules/${name}`))).toBe(true)
  })
})

test('the jail service carries nothing of the panel: neither Next nor React', { timeout: 60_000 }, async () => {
  const { metafile } = await build({
    ...{ absWorkingDir: top, entryPoints: ['server/jail-service/main.ts'], outfile: 'service.mjs', write: false },
    ...{ bundle: true, platform: 'node', format: 'esm', metafile: true, external: NATIVE, logLevel: 'silent' },
  })
  const inputs = Object.keys(metafile.inputs)
  expect(inputs).toContain('server/jail-service/dispatch.ts')
  const ours = inputs.filter((file) => !file.includes('node_modules/'))
  expect(ours.filter((file) => !/^(lib|server\/jail-service)\/|^package\.json$/.test(file))).toEqual([])
  expect(inputs.filter((file) => /node_modules\/(next|react|react-dom|@next|styled-jsx)\//.test(file))).toEqual([])
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((one) => one.path))
  expect(outside.filter((name) => /^(next|react)/.test(name))).toEqual([])
})

test('what a fresh clone can call needs no package before it has installed them', { timeout: 60_000 }, async () => {
  const programs = Object.values(manifest.scripts).flatMap(
    (command) => /^node (server\S+\.mjs)/.exec(command)?.[1] ?? [],
  )
  expect(programs).toEqual(expect.arrayContaining(['server/launch/start.mjs', 'server/launch/test.mjs']))
  const { metafile } = await build({
    ...{ absWorkingDir: top, entryPoints: programs, outdir: 'programs', write: false, bundle: true, metafile: true },
    ...{ platform: 'node', format: 'esm', packages: 'external', logLevel: 'silent' },
  })
  const seen = new Set(programs)
  for (const file of seen)
    for (const { path: imported, kind, external = false } of metafile.inputs[file]?.imports ?? [])
      if (kind === 'import-statement') {
        expect(external && !imported.startsWith('node:') ? `${file} imports ${imported}` : '').toBe('')
        seen.add(imported)
      }
  expect(seen).toContain('server/launch/prepare.mjs')
})

test('every command named in the documents is a script, and every stage of npm test exists', () => {
  const documents = ['README.md', 'CONTRIBUTING.md', 'server/sandbox/README.md', 'server/jail-service/README.md']
  const words = documents.map((file) => readFileSync(path.join(top, file), 'utf8')).join('\n')
  const scripts = [...words.matchAll(/\bnpm (?:run (?:--silent )?([a-z][a-z:-]*)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short ?? '',
  )
  expect(scripts).toEqual(expect.arrayContaining(['start', 'test', 'sandbox', 'release']))
  expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([])
  const stages = /STAGES = .*\[(.*)\]/.exec(readFileSync(path.join(top, 'server/launch/test.mjs'), 'utf8'))?.[1] ?? ''
  for (const [, named = ''] of words.matchAll(/npm test -- ([a-z0-9 ]+?)(?:\s{2,}|\n|`|#|:|$)/g))
    for (const stage of named.trim().split(' ')) expect(stages).toContain(`'${stage}'`)
  for (const command of Object.values(manifest.scripts)) {
    const file = /^node (\S+\.mjs)/.exec(command)?.[1]
    if (file !== undefined) expect(() => readFileSync(path.join(top, file))).not.toThrow()
  }
})
