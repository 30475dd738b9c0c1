// @ts-check
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync, chmodSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { NATIVE, SERVICE_PROGRAMS, build, dist } from './build.mjs'
import { prepare } from './prepare.mjs'
import { run, top } from './run.mjs'
import { say, step, stop } from './say.mjs'

/**
 * The part of a lock file (npm, lockfileVersion 3) that some of its packages need to run.
 * @param {{ packages: Record<string, any> }} lock @param {readonly string[]} names @param {string} version
 */
export function lockOf(lock, names, version) {
  /** @type {Record<string, unknown>} */
  const packages = {}
  /** @param {string} name @param {string} from path of the package that asks, '' for the top */
  const add = (name, from) => {
    // Node's own look-up: the nearest node_modules upwards.
    let folder = from
    for (;;) {
      const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
      const found = lock.packages[place]
      if (found !== undefined) {
        if (packages[place] !== undefined) return
        const { dev: _dev, ...entry } = found
        packages[place] = entry
        for (const dependency of Object.keys(found.dependencies ?? {})) add(dependency, place)
        return
      }
      if (folder === '') return
      folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : ''
    }
  }
  for (const name of names) add(name, '')
  const dependencies = Object.fromEntries(names.map((name) => [name, lock.packages[`node_modules/${name}`].version]))
  const head = { name: 'cellblock-service', version }
  return {
    manifest: {
      ...head,
      private: true,
      type: 'module',
      dependencies,
      allowScripts: Object.fromEntries(names.map((name) => [name, true])),
    },
    lock: { ...head, lockfileVersion: 3, requires: true, packages: { '': { ...head, dependencies }, ...packages } },
  }
}

/** Makes `dist/release/cellblock-VERSION-freebsd.tar.gz`, with what is built, building what changed. @returns {Promise<string>} its path */
export async function release() {
  await build()
  const { version } = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8'))
  const name = `cellblock-${version}-freebsd`
  const folder = path.join(dist, 'release', `cellblock-${version}`)
  step('Laying out the release')
  rmSync(path.join(dist, 'release'), { recursive: true, force: true })
  mkdirSync(path.join(folder, 'service'), { recursive: true })
  cpSync(path.join(dist, 'panel'), path.join(folder, 'panel'), {
    recursive: true,
    verbatimSymlinks: true,
    // Next takes its image library along, compiled for this machine; no page has pictures to be resized.
    filter: (file) => !/\/node_modules\/(@img|sharp)$/.test(file),
  })
  for (const program of Object.values(SERVICE_PROGRAMS))
    cpSync(path.join(dist, program), path.join(folder, 'service', program))
  const lock = JSON.parse(readFileSync(path.join(top, 'package-lock.json'), 'utf8'))
  const small = lockOf(lock, NATIVE, version)
  writeFileSync(path.join(folder, 'service/package.json'), `${JSON.stringify(small.manifest, null, 2)}\n`)
  writeFileSync(path.join(folder, 'service/package-lock.json'), `${JSON.stringify(small.lock, null, 2)}\n`)
  cpSync(path.join(top, 'server/launch/freebsd'), folder, { recursive: true })
  for (const script of readdirSync(path.join(folder, 'rc.d'))) chmodSync(path.join(folder, 'rc.d', script), 0o755)
  if (existsSync(path.join(top, 'LICENSE'))) cpSync(path.join(top, 'LICENSE'), path.join(folder, 'LICENSE'))
  const archive = path.join(dist, 'release', `${name}.tar.gz`)
  const status = await run('tar', ['-czf', archive, '-C', path.join(dist, 'release'), `cellblock-${version}`])
  if (status !== 0) stop('tar could not write the archive.')
  return archive
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await prepare()
  const archive = await release()
  say(path.relative(process.cwd(), archive))
}
