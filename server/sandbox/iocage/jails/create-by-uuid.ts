import path from 'node:path'
import type { Parsed } from '../cli/option.ts'
import { IocageError } from '../errors.ts'
import { Interrupted, interruptible } from '../interrupt.ts'
import { writeConfig } from '../model/config-file.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { saveJail, setting, type Jail } from '../model/jail.ts'
import { checkProperty } from '../validate.ts'
import { destroyDatasets } from './destroy-jail.ts'
import { fstabLine, writeFstab } from './fstab-file.ts'
import { baseMounts, makeDatasets, newId, plannedJail, type Source } from './new-jail.ts'
import { installPackages } from './packages.ts'
import { RC_CONF } from './rc-conf.ts'
import { linkTag } from './tags.ts'
import { writeBelowRoot } from './write-into-root.ts'

/** Creates one jail of 0.9.7 (number `number` of several), names it by its tag, and says so. */
export async function createByUuid(
  iocage: Iocage,
  parsed: Parsed,
  source: Source,
  number: number | undefined,
  packages: readonly string[] | undefined,
): Promise<void> {
  const jail = plannedJail(iocage, newId(parsed.on('short')), source)
  const refusals = applyProperties(jail, parsed.args, number)
  try {
    await interruptible(async (check) => {
      await makeDatasets(iocage, jail, source, 'clone', check)
      const tag = linkTag(iocage, jail.path, jail.id, setting(jail, 'tag'))
      jail.tag = tag
      if (source.kind !== 'empty')
        writeBelowRoot(jail, 'etc/rc.conf', `host_hostname="${setting(jail, 'host_hostname')}"\n${RC_CONF}`)
      const base = parsed.on('basejail') && source.kind === 'release'
      if (base) writeFstab(jail.path, baseMounts(iocage, jail, source.name).map(fstabLine))
      saveJail(iocage, jail, { tag, ...(base ? { basejail: 'yes' } : {}) })
      check()
    })
  } catch (error) {
    await destroyDatasets(iocage, jail)
    if (error instanceof Interrupted) iocage.out.rawError('Aborted!\n')
    throw error
  }
  for (const refusal of refusals) iocage.out.warn(`***\n${refusal}\n***\n`)
  writeConfig(path.join(jail.path, 'config.json'), jail.own)
  iocage.out.info(`${jail.id} (${jail.tag}) successfully created!`)
  if (packages !== undefined) await installPackages(iocage, jail, packages)
}

/** Applies `prop=value` words; what is refused keeps its default, and the reasons are answered. */
function applyProperties(jail: Jail, words: readonly string[], number: number | undefined): string[] {
  const refusals: string[] = []
  for (const word of words) {
    const at = word.indexOf('=')
    const [key, given] = at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
    const value = key === 'tag' && number !== undefined ? `${given}_${number}` : given
    try {
      const { stored } = checkProperty('0.9.7', key, value, jail.config)
      jail.own[key] = stored
      jail.config[key] = stored
    } catch (error) {
      if (!(error instanceof IocageError)) throw error
      refusals.push(error.message)
    }
  }
  return refusals
}
