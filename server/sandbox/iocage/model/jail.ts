import { existsSync, lstatSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { IocageError } from '../errors.ts'
import { defaultValues } from '../properties.ts'
import { str, truthy } from '../python.ts'
import { readConfig, writeConfig, type Config } from './config-file.ts'
import type { Iocage } from './iocage-root.ts'

/** One jail or template as it lies on disk. */
export interface Jail {
  /** NAME or UUID: what the kernel's name is made of. */
  id: string
  /** 0.9.7's human name; in 1.13 the id. */
  tag: string
  place: 'jails' | 'templates'
  /** Its folder's name: the id, but the tag for a template of 0.9.7. */
  folder: string
  path: string
  dataset: string
  /** What stands in its config.json. */
  own: Config
  /** The same over the defaults. */
  config: Config
  /** Why the configuration cannot be used; `own` and `config` are empty then. */
  corrupt?: string
}

/** `NAME`, or `UUID (TAG)` in 0.9.7: how messages call a jail. */
export function label(iocage: Iocage, jail: Jail): string {
  return iocage.dialect === '0.9.7' ? `${jail.id} (${jail.tag})` : jail.id
}

/** The jail's name in the kernel: dots are not allowed there. */
export const kernelName = (jail: Jail): string => `ioc-${jail.id.replaceAll('.', '_')}`

/** A property's effective value as text. */
export function setting(jail: Jail, key: string): string {
  const value = jail.config[key]
  return value === null ? '' : str(value)
}

/** Whether a yes/no property is on, whatever the dialect calls it. */
export const isOn = (jail: Jail, key: string): boolean => truthy(jail.config[key])

/** Every jail and template, read from disk; unreadable ones are marked (1.13) or end the command (0.9.7). */
export function readJails(iocage: Iocage, places: readonly Jail['place'][] = ['jails', 'templates']): Jail[] {
  const defaults = readDefaults(iocage)
  const jails = places.flatMap((place) =>
    folders(path.join(iocage.root, place)).map((folder) => readJail(iocage, place, folder, defaults)),
  )
  return jails
}

/** The jail in one folder, or its corruption. */
export function readJail(iocage: Iocage, place: Jail['place'], folder: string, defaults = readDefaults(iocage)): Jail {
  const at = path.join(iocage.root, place, folder)
  const jail = { id: folder, tag: folder, place, folder, path: at, dataset: `${iocage.pool}/iocage/${place}/${folder}` }
  let own: Config
  try {
    own = readConfig(path.join(at, 'config.json'))
  } catch (cause) {
    const missing = !existsSync(path.join(at, 'config.json'))
    if (iocage.dialect === '0.9.7') {
      if (missing) throw new IocageError(`Configuration is missing! Please destroy ${folder} and recreate it.`, {})
      throw new IocageError(
        `Traceback (most recent call last):\njson.decoder.JSONDecodeError: ${at}/config.json: ${String(cause)}`,
      )
    }
    const corrupt = missing
      ? `${folder} is missing its configuration, please destroy this jail and recreate it.`
      : `${folder} has a corrupt configuration, please fix this jail or destroy and recreate it.`
    return { ...jail, own: {}, config: {}, corrupt }
  }
  if (iocage.dialect === '1.13') return { ...jail, own, config: { ...defaults, ...own } }
  return {
    ...jail,
    id: typeof own['host_hostuuid'] === 'string' ? own['host_hostuuid'] : folder,
    tag: typeof own['tag'] === 'string' ? own['tag'] : folder,
    own,
    config: { ...defaults, ...own },
  }
}

/** The defaults under every jail's file: `defaults.json` in 1.13, the built-in ones in 0.9.7. */
export function readDefaults(iocage: Iocage): Config {
  if (iocage.dialect === '0.9.7') return defaultValues('0.9.7')
  const file = path.join(iocage.root, 'defaults.json')
  return existsSync(file) ? readConfig(file) : defaultValues('1.13')
}

/** Writes what the jail's file shall hold; the effective configuration follows. */
export function saveJail(iocage: Iocage, jail: Jail, changes: Config): void {
  Object.assign(jail.own, changes)
  Object.assign(jail.config, changes)
  writeConfig(path.join(jail.path, 'config.json'), jail.own)
}

function folders(parent: string): string[] {
  try {
    return readdirSync(parent).filter((name) => lstatSync(path.join(parent, name)).isDirectory())
  } catch {
    return []
  }
}
