import { existsSync } from 'node:fs'
import path from 'node:path'
import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import type { Parsed } from '../cli/option.ts'
import { IocageError, traceback } from '../errors.ts'
import { destroyDatasets } from '../jails/destroy-jail.ts'
import { stopJail } from '../jails/start-jail.ts'
import { findJail } from '../model/find-jail.ts'
import { runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, label, readJail, type Jail } from '../model/jail.ts'
import { compareNames } from '../model/sort.ts'
import { silentOutput } from '../output.ts'
import { confirm } from '../prompt.ts'

/** Destroys jails, or (`-r`, 1.13) releases. */
export const run: CommandRun = async (iocage, parsed) => {
  if (parsed.on('download') && !parsed.on('release')) throw new IocageError('--release (-r) must be specified as well!')
  if (parsed.args.length === 0)
    throw new IocageError(`Please specify one or more ${parsed.on('release') ? 'RELEASEs' : 'jails'}!`)
  for (const word of parsed.args) {
    if (parsed.on('release')) await destroyRelease(iocage, word, parsed)
    else if (iocage.dialect === '0.9.7') await destroyByUuid(iocage, word, parsed.on('force'))
    else await destroyByName(iocage, word, parsed)
  }
}

async function destroyByUuid(iocage: Iocage, word: string, force: boolean): Promise<void> {
  const { out } = iocage
  const jail = findJail(iocage, word)
  const name = label(iocage, jail)
  if (!force) {
    out.warn(`\nWARNING: This will destroy jail ${name}`)
    out.warn(`Dataset: ${jail.path}`)
    if (!(await confirm('\nAre you sure?'))) return
  }
  const running = (await runningJails()).has(kernelName(jail))
  if (running && !force) throw new IocageError(`${name} is running.\nPlease stop it first!`)
  if (running) {
    out.raw(`Stopping ${name}.\n`)
    await stopJail({ ...iocage, out: silentOutput }, jail)
  }
  out.info(`Destroying ${name}`)
  await destroyOrFail(iocage, jail)
}

async function destroyByName(iocage: Iocage, word: string, parsed: Parsed): Promise<void> {
  const { out } = iocage
  const force = parsed.on('force')
  if (!force) {
    out.warn(`\nThis will destroy jail ${word}`)
    if (!(await confirm('\nAre you sure?'))) return
  }
  const jail = findEvenCorrupt(iocage, word)
  if (!force && !parsed.on('recursive')) await refuseDependents(iocage, word, `${jail.dataset}/root`)
  if ((await runningJails()).has(kernelName(jail))) {
    if (!force)
      throw new IocageError(`Jail ${jail.id} is still running, please stop the jail first or destroy it with -f`)
    out.info(`Stopping ${jail.id}`)
    try {
      await stopJail({ ...iocage, out: silentOutput }, jail, { force: true })
    } catch (error) {
      if (!(error instanceof IocageError)) throw error
    }
  }
  out.info(`Destroying ${jail.id}`)
  await destroyOrFail(iocage, jail)
}

/** A jail whose configuration cannot be read must still be removable: by its whole name. */
function findEvenCorrupt(iocage: Iocage, word: string): Jail {
  for (const place of ['jails', 'templates'] as const)
    if (word !== '' && !word.includes('/') && existsSync(path.join(iocage.root, place, word)))
      return readJail(iocage, place, word)
  return findJail(iocage, word)
}

/** Any snapshot below counts as a dependent jail. */
async function refuseDependents(iocage: Iocage, name: string, dataset: string): Promise<void> {
  const { stdout } = await zfs('list', '-H', '-o', 'name', '-t', 'snapshot', '-r', dataset)
  const dependents = stdout
    .split('\n')
    .filter(Boolean)
    .map((snapshot) => snapshot.slice(snapshot.indexOf('@') + 1))
    .toSorted(compareNames)
  if (dependents.length === 0) return
  iocage.out.warn(`\n${name} has dependent jails (who may also have dependents), use --recursive to destroy: `)
  iocage.out.warn(dependents.map((dependent) => `  ${dependent}\n`).join(''))
  throw new IocageError('')
}

async function destroyOrFail(iocage: Iocage, jail: Jail): Promise<void> {
  const failure = await destroyDatasets(iocage, jail)
  if (failure !== undefined) throw traceback('iocage_lib.zfs.ZFSException', failure)
}

async function destroyRelease(iocage: Iocage, release: string, parsed: Parsed): Promise<void> {
  const force = parsed.on('force')
  if (!force) {
    iocage.out.warn(`\nThis will destroy RELEASE: ${release}`)
    if (!(await confirm('\nAre you sure?'))) return
  }
  const dataset = `${iocage.pool}/iocage/releases/${release}`
  if (!existsSync(path.join(iocage.root, 'releases', release)) || release === '')
    throw new IocageError(`Release: ${release} not found!`)
  if (!force && !parsed.on('recursive')) await refuseDependents(iocage, release, dataset)
  // The real one looks for the clones' jails under a padded name and dies; the jails must be destroyed first.
  const { stdout } = await zfs('list', '-H', '-o', 'name', '-t', 'snapshot', '-r', dataset)
  const [first] = stdout.split('\n').filter(Boolean)
  if (first !== undefined) throw new IocageError(`jail '  ${first.slice(first.indexOf('@') + 1)}\n' not found!`)
  iocage.out.info(`Destroying RELEASE dataset: ${release}`)
  const destroyed = await zfs('destroy', '-r', '-Rf', dataset)
  if (destroyed.status !== 0) throw traceback('iocage_lib.zfs.ZFSException', destroyed.stderr.trim())
  if (parsed.on('download')) await zfs('destroy', '-r', '-Rf', `${iocage.pool}/iocage/download/${release}`)
}
