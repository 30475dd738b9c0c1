import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Parsed } from '../cli/option.ts'
import { exitWith, IocageError } from '../errors.ts'
import { Interrupted, interruptible } from '../interrupt.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, readJails, saveJail, setting, type Jail } from '../model/jail.ts'
import { silentOutput } from '../output.ts'
import { truthy } from '../python.ts'
import { checkProperty } from '../validate.ts'
import { jailAddresses } from './address-options.ts'
import { convertTemplate } from './convert-template.ts'
import { destroyDatasets } from './destroy-jail.ts'
import { fstabLine, writeFstab } from './fstab-file.ts'
import { baseMounts, makeDatasets, newId, plannedJail, thickConfig, type Source } from './new-jail.ts'
import { installPackages } from './packages.ts'
import { RC_CONF } from './rc-conf.ts'
import { startByName } from './start-by-name.ts'
import { readBelowRoot, writeBelowRoot } from './write-into-root.ts'

/** Names that are refused only after the jail was made (and destroyed again). */
const RESERVED = ['default', 'help']

/** Creates one jail of 1.13 (number `number` of several), with its properties, and says so. */
export async function createByName(
  iocage: Iocage,
  parsed: Parsed,
  source: Source,
  number: number | undefined,
  packages: readonly string[] | undefined,
): Promise<void> {
  const name = parsed.values['name']
  const id =
    name === undefined || name === ''
      ? (parsed.values['uuid'] ?? newId(parsed.on('short')))
      : number === undefined
        ? name
        : `${name}_${number}`
  refuseTaken(iocage, id)
  const jail = plannedJail(iocage, id, source)
  const thick = parsed.on('thick') || parsed.on('basejail')
  if (thick) delete jail.own['cloned_release']
  let made = false
  try {
    await interruptible(async (check) => {
      await makeDatasets(iocage, jail, source, thick ? 'copy' : 'clone', check)
      made = true
      if (RESERVED.includes(id)) throw new IocageError(`You cannot name a jail ${id}, that is a reserved name.`)
      applyProperties(iocage, jail, parsed.args)
      if (parsed.on('basejail') && source.kind === 'release') {
        writeFstab(jail.path, baseMounts(iocage, jail, source.name).map(fstabLine))
        jail.own['basejail'] = 1
      }
      if (parsed.on('thickconfig')) jail.own = thickConfig(iocage, jail.own)
      saveJail(iocage, jail, {})
      if (source.kind !== 'empty') fillRoot(iocage, jail)
      check()
    })
  } catch (error) {
    const left = error instanceof IocageError && error.message.startsWith('Snapshot:') && !made
    if (!left) await destroyDatasets(iocage, jail)
    if (error instanceof Interrupted) {
      iocage.out.error(`Keyboard interrupt detected, destroyed ${id}.`)
      throw error.signal === 'SIGINT' ? exitWith(1) : error
    }
    throw error
  }
  iocage.out.info(`${id} successfully created!`)
  if (packages !== undefined) await installPackages(iocage, jail, packages)
  if (truthy(jail.own['template'])) {
    jail.own['template'] = 0
    await convertTemplate({ ...iocage, out: silentOutput }, jail, true)
  } else if (isOn(jail, 'boot')) await startByName(iocage, jail)
}

/** `.` and `_` are the same in the kernel's names, so they are when looking whether a name is taken. */
function refuseTaken(iocage: Iocage, id: string): void {
  const same = (name: string) => name.replaceAll('.', '_')
  if (readJails(iocage).some((jail) => same(jail.folder) === same(id)))
    throw new IocageError(`Jail: ${id} already exists!`)
}

function applyProperties(iocage: Iocage, jail: Jail, words: readonly string[]): void {
  const store = (key: string, value: string | number) => {
    jail.own[key] = value
    jail.config[key] = value
  }
  for (const word of words) {
    const at = word.indexOf('=')
    const [key, value] = at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
    store(key, checkProperty('1.13', key, value, jail.config).stored)
  }
  const enable = (because: string, key: string) => {
    iocage.out.warn(`${because} requires ${key}, enabling!`)
    store(key, 1)
  }
  if (isOn(jail, 'dhcp') && !isOn(jail, 'vnet')) enable('dhcp', 'vnet')
  if (isOn(jail, 'dhcp') && !isOn(jail, 'bpf')) enable('dhcp', 'bpf')
  if (isOn(jail, 'bpf') && !isOn(jail, 'vnet')) enable('bpf', 'vnet')
  if (setting(jail, 'ip6_addr').includes('accept_rtadv') && !isOn(jail, 'vnet')) enable('accept_rtadv', 'vnet')
  if (isOn(jail, 'assign_localhost') && isOn(jail, 'vnet')) {
    iocage.out.warn('assign_localhost only applies to shared IP jails, disabling!')
    store('assign_localhost', 0)
  }
}

/** `etc/rc.conf` where the root has none, and the jail's name in `etc/hosts`. */
function fillRoot(iocage: Iocage, jail: Jail): void {
  const defaults = path.join(iocage.root, 'default_rc.conf')
  if (!existsSync(defaults)) writeFileSync(defaults, RC_CONF)
  if (readBelowRoot(jail, 'etc/rc.conf') === undefined)
    writeBelowRoot(jail, 'etc/rc.conf', readFileSync(defaults, 'utf8'))
  const hosts = readBelowRoot(jail, 'etc/hosts')
  if (hosts === undefined) return
  const named = hosts.replace(/^(127\.0\.0\.1\b.*)$/m, `$1 ${jail.id}`)
  const addresses = jailAddresses(jail, 'ip4_addr').map(({ address }) => `${address}\t${jail.id}\n`)
  writeBelowRoot(jail, 'etc/hosts', (named.endsWith('\n') ? named : `${named}\n`) + addresses.join(''))
}
