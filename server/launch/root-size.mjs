// @ts-check
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { NATIVE, SERVICE_PROGRAMS } from './build.mjs'
import { prepare } from './prepare.mjs'
import { top } from './run.mjs'
import { say } from './say.mjs'

/**
 * What runs as root, and how many lines that is: `npm run root-size` prints the table, `npm run root-size -- --write`
 * puts it into docs/security.md. Counted is what the bundler takes into the service, no more and no less.
 */
const DOCS = path.join(top, 'docs/security.md')
const [BEGIN, END] = ['<!-- root-size -->', '<!-- /root-size -->']

/** @typedef {{ what: string, files: number, lines: number, bytes: number }} Row */

const linesOf = (/** @type {string} */ file) => readFileSync(path.join(top, file), 'utf8').split('\n').length - 1

/** @param {string} folder @param {RegExp} pattern @returns {string[]} */
const filesBelow = (folder, pattern) =>
  readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((name) => pattern.test(name) && statSync(path.join(top, name)).isFile())

const versionOf = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(path.join(top, 'node_modules', name, 'package.json'), 'utf8')).version

/** Files that a program of ours is made of. @param {string} entry @param {string[]} external */
async function inputsOf(entry, external) {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    ...{ absWorkingDir: top, entryPoints: [entry], bundle: true, write: false, metafile: true, external },
    ...{ platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent', outfile: 'root-size.mjs' },
  })
  const [output] = Object.values(metafile.outputs)
  return Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file)
}

const packageOf = (/** @type {string} */ file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]

/** @returns {Promise<Row[]>} */
export async function rootSize() {
  const entries = Object.keys(SERVICE_PROGRAMS)
  const inputs = [...new Set((await Promise.all(entries.map((entry) => inputsOf(entry, NATIVE)))).flat())]
  /** @type {Map<string, string[]>} */
  const groups = new Map()
  /** @param {string} what @param {string[]} files */
  const add = (what, ...files) => groups.set(what, [...(groups.get(what) ?? []), ...files])
  const ours = inputs.filter((file) => packageOf(file) === undefined && file.endsWith('.ts'))
  for (const file of ours.toSorted())
    add(
      /^server\/jail-service\/[^/]+\//.exec(file)?.[0] ??
        (path.dirname(file).startsWith('lib') ? 'lib/' : `${path.dirname(file)}/`),
      file,
    )
  for (const file of inputs.filter((file) => packageOf(file) !== undefined).toSorted()) {
    const name = packageOf(file) ?? ''
    add(`${name} ${versionOf(name)}`, file)
  }
  add(
    `better-sqlite3 ${versionOf('better-sqlite3')}, its JavaScript and C++`,
    ...filesBelow('node_modules/better-sqlite3/lib', /\.js$/),
    ...filesBelow('node_modules/better-sqlite3/src', /\.[ch]pp$/),
  )
  add('SQLite, in C, of better-sqlite3', ...filesBelow('node_modules/better-sqlite3/deps/sqlite3', /\/sqlite3\.c$/))
  add(
    `node-pty ${versionOf('node-pty')}, what is used of it`,
    ...['lib/utils.js', 'src/unix/pty.cc'].map((file) => `node_modules/node-pty/${file}`),
  )
  add('rc.d script of the service', 'server/launch/freebsd/rc.d/cellblock_service')
  // Where it is started as root at all: on FreeBSD daemon(8) starts it as its own user.
  add(
    'panel, until it gives root up',
    ...(await inputsOf('server/panel/main.ts', ['next', 'react', 'react-dom'])).filter(
      (file) => packageOf(file) === undefined,
    ),
  )
  return [...groups].map(([what, files]) => ({
    what,
    files: files.length,
    lines: files.reduce((sum, file) => sum + linesOf(file), 0),
    bytes: files.reduce((sum, file) => sum + statSync(path.join(top, file)).size, 0),
  }))
}

/** Rows as docs/security.md has them. @param {Row[]} rows */
export function tableOf(rows) {
  const number = (/** @type {number} */ value) => value.toLocaleString('en')
  const mine = rows.filter(({ what }) => what.endsWith('/'))
  const total = { what: '**ours together**', files: 0, lines: 0, bytes: 0 }
  for (const { files, lines, bytes } of mine) {
    total.files += files
    total.lines += lines
    total.bytes += bytes
  }
  const others = rows.filter((row) => !mine.includes(row))
  return [
    // Lines say nothing of what is published as one line.
    '| what | files | lines | KiB |',
    '| --- | --: | --: | --: |',
    ...[...mine, total, ...others].map(
      ({ what, files, lines, bytes }) =>
        `| ${what.endsWith('/') ? `\`${what}\`` : what} | ${number(files)} | ${number(lines)} | ${number(Math.ceil(bytes / 1024))} |`,
    ),
  ].join('\n')
}

/** The table that docs/security.md has now. */
export function tableInDocs() {
  const text = readFileSync(DOCS, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/security.md has no table between ${BEGIN} and ${END}`)
  return text.slice(from + BEGIN.length, to).trim()
}

if (process.argv[1] === import.meta.filename) {
  await prepare()
  const table = tableOf(await rootSize())
  say(table)
  if (process.argv.includes('--write')) {
    const text = readFileSync(DOCS, 'utf8')
    const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
    writeFileSync(DOCS, `${text.slice(0, from + BEGIN.length)}\n\n${table}\n\n${text.slice(to)}`)
  }
}
