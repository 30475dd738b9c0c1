import { readFileSync } from 'node:fs'
import path from 'node:path'
import { zfs } from '../../storage/zfs.ts'
import type { CommandRun } from '../cli/run-command.ts'
import { IocageError, traceback } from '../errors.ts'
import { copySnapshot } from '../jails/copy-dataset.ts'
import { destroyDatasets } from '../jails/destroy-jail.ts'
import { newId } from '../jails/new-jail.ts'
import { writeWhole } from '../model/config-file.ts'
import { findJail } from '../model/find-jail.ts'
import { runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { kernelName, readJail, readJails, saveJail, type Jail } from '../model/jail.ts'
import { checkProperty } from '../validate.ts'

/** Clones a jail that is down, with all its properties but the name: its address and MACs too, unless told otherwise. */
export const run: CommandRun = async (iocage, parsed) => {
  const [word, ...properties] = parsed.args
  if (word === undefined) throw new IocageError('You must specify a jail!')
  const source = findJail(iocage, word)
  if (source.place === 'templates') throw new IocageError('You cannot clone a template, use create -t instead.')
  if ((await runningJails()).has(kernelName(source)))
    throw new IocageError(`Jail: ${source.id} must not be running to be cloned!`)
  const count = Number(parsed.values['count'] ?? '1')
  if (!Number.isInteger(count)) throw new IocageError(`${parsed.values['count'] ?? ''} is not a valid integer.`)
  const name = parsed.values['name'] ?? parsed.values['uuid']
  for (let number = 1; number <= count; number++) {
    const id = name === undefined ? newId(false) : count === 1 ? name : `${name}_${number}`
    await cloneJail(iocage, source, id, properties, { newMacs: parsed.on('newmac'), thick: parsed.on('thick') })
  }
}

interface CloneOptions {
  newMacs: boolean
  thick: boolean
}

async function cloneJail(
  iocage: Iocage,
  source: Jail,
  id: string,
  properties: readonly string[],
  options: CloneOptions,
): Promise<void> {
  const same = (text: string) => text.replaceAll('.', '_')
  if (readJails(iocage).some((jail) => same(jail.folder) === same(id)))
    throw new IocageError(`Jail: ${id} already exists!`)
  const dataset = `${iocage.pool}/iocage/jails/${id}`
  await must('snapshot', '-r', `${source.dataset}@${id}`)
  const planned: Jail = { ...source, id, tag: id, folder: id, dataset, path: path.join(iocage.root, 'jails', id) }
  try {
    if (options.thick) {
      await must('create', '-p', `${dataset}/root`)
      await copySnapshot(`${source.dataset}/root@${id}`, `${dataset}/root`, path.join(planned.path, 'root'))
      writeWhole(path.join(planned.path, 'fstab'), '')
    } else {
      await must('clone', '-p', `${source.dataset}@${id}`, dataset)
      await must('clone', '-p', `${source.dataset}/root@${id}`, `${dataset}/root`)
    }
    rewrite(source, planned, 'config.json')
    rewrite(source, planned, 'fstab')
    const clone = readJail(iocage, 'jails', id)
    saveJail(iocage, clone, {
      host_hostuuid: id,
      host_hostname: id.replaceAll('_', '-'),
      jail_zfs_dataset: `iocage/jails/${id}/data`,
      ...(options.newMacs ? Object.fromEntries([0, 1, 2, 3].map((at) => [`vnet${at}_mac`, 'none'])) : {}),
    })
    for (const word of properties) {
      const [key, value] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      saveJail(iocage, clone, { [key]: checkProperty('1.13', key, value, clone.config).stored })
    }
  } catch (error) {
    await destroyDatasets(iocage, planned)
    await zfs('destroy', '-r', `${source.dataset}@${id}`)
    throw error
  }
  iocage.out.info(`${id} successfully cloned!`)
}

/** A file of the source with its paths turned into the clone's. */
function rewrite(source: Jail, clone: Jail, file: string): void {
  const text = readFileSync(path.join(source.path, file), 'utf8')
  writeWhole(path.join(clone.path, file), text.replaceAll(`${source.path}/`, `${clone.path}/`))
}

async function must(...argv: string[]): Promise<void> {
  const { status, stderr } = await zfs(...argv)
  if (status !== 0) throw traceback('iocage_lib.zfs.ZFSException', stderr.trim())
}
