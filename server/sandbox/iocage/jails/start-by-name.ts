import { IocageError } from '../errors.ts'
import { hostId, hostRelease } from '../model/host-identity.ts'
import { jailCommand, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { findJail } from '../model/find-jail.ts'
import { isOn, kernelName, saveJail, setting, type Jail } from '../model/jail.ts'
import { silentOutput } from '../output.ts'
import { utcTime } from '../python.ts'
import { refuseNewerRelease } from '../releases/refuse-newer-release.ts'
import { chooseRuleset } from './devfs-ruleset.ts'
import { networkOptions, removeJailConf, writeJailConf } from './jail-conf.ts'
import { runHook, runInside } from './services.ts'
import { delegateDatasets } from './start-by-uuid.ts'
import { stopByName } from './stop-by-name.ts'
import { configureNameVnet } from './vnet.ts'
import { linkDevLog, writeResolver, writeTimeZone } from './write-into-root.ts'

/** How the lines of start and stop call a jail: dots are shown as the kernel has them. */
export const shownName = (jail: Jail): string => jail.id.replaceAll('.', '_')

/** Starts a jail of 1.13 with all its lines; throws when it cannot be started. */
export async function startByName(iocage: Iocage, jail: Jail): Promise<void> {
  const { out } = iocage
  const name = shownName(jail)
  refuse(jail)
  if ((await runningJails()).has(kernelName(jail))) throw new IocageError(`${jail.id} is already running!`)
  await startDependencies(iocage, jail)
  if (isOn(jail, 'hostid_strict_check') && setting(jail, 'hostid') !== hostId()) {
    out.error(`${jail.id} hostid is not matching and 'hostid_strict_check' is on! - Not starting jail`)
    return
  }
  const ruleset = chooseRuleset(jail)
  if (ruleset === undefined) {
    out.error(`devfs_ruleset ${setting(jail, 'devfs_ruleset')} does not exist! - Not starting jail`)
    return
  }
  if (isOn(jail, 'nat') && setting(jail, 'nat_interface') === 'none')
    out.warn(`${jail.id}: nat requires nat_interface, using igb0`)
  if (isOn(jail, 'jail_zfs')) await delegateDatasets(iocage, jail)
  if (isOn(jail, 'vnet')) out.warn('No default gateway found for ipv6.')

  out.info(`* Starting ${name}`)
  await prestart(iocage, jail)
  const conf = writeJailConf(iocage, jail, ruleset.number)
  const started = await jailCommand('-f', conf, '-c', kernelName(jail))
  if (started.status !== 0) {
    removeJailConf(jail)
    throw new IocageError(`  + Start FAILED\n${started.stderr.trim()}`)
  }
  out.info('  + Started OK')
  out.info(`  + Using devfs_ruleset: ${ruleset.number} (${ruleset.origin})`)
  linkDevLog(jail)
  await network(iocage, jail)
  out.info(`  + Using IP options: ${networkOptions(jail).join(' ')}`)
  writeResolver(jail)
  if (isOn(jail, 'host_time')) writeTimeZone(jail)
  await services(iocage, jail)
  await poststart(iocage, jail)
  if (isOn(jail, 'dhcp')) await failWithoutDhcp(iocage, jail)
  saveJail(iocage, jail, { last_started: utcTime() })
  if (setting(jail, 'cpuset') !== 'off') out.info(`  + Setting cpuset to: ${setting(jail, 'cpuset')}`)
}

/** What is wrong with the configuration before anything is printed. */
function refuse(jail: Jail): void {
  if (jail.corrupt !== undefined) throw new IocageError(jail.corrupt)
  if (setting(jail, 'type') === 'template' || isOn(jail, 'template'))
    throw new IocageError(`Please convert back to a jail before trying to start ${jail.id}`)
  if (setting(jail, 'type') === 'basejail')
    throw new IocageError(`Please run "iocage migrate" before trying to start ${jail.id}`)
  if (setting(jail, 'release') !== 'EMPTY') refuseNewerRelease(setting(jail, 'release'), hostRelease())
  for (const [key, needed] of [
    ['dhcp', 'bpf'],
    ['dhcp', 'vnet'],
    ['bpf', 'vnet'],
  ] as const)
    if (isOn(jail, key) && !isOn(jail, needed)) throw new IocageError(`${jail.id}: ${key} requires ${needed}!`)
  if (setting(jail, 'ip6_addr').includes('accept_rtadv') && !isOn(jail, 'vnet'))
    throw new IocageError(`${jail.id}: accept_rtadv requires vnet!`)
}

async function startDependencies(iocage: Iocage, jail: Jail): Promise<void> {
  for (const word of setting(jail, 'depends')
    .split(/\s+/)
    .filter((name) => name !== '' && name !== 'none')) {
    const needed = findJail(iocage, word)
    if (!(await runningJails()).has(kernelName(needed))) await startByName(iocage, needed)
  }
}

async function prestart(iocage: Iocage, jail: Jail): Promise<void> {
  const hook = await runHook(jail, 'exec_prestart')
  if (hook.status === 0) return
  const name = shownName(jail)
  throw new IocageError(
    `  + Executing exec_prestart FAILED\nERROR:\n${(hook.stderr || hook.stdout).trim()}\n\n` +
      `Refusing to start ${name}: exec_prestart failed`,
  )
}

async function network(iocage: Iocage, jail: Jail): Promise<void> {
  if (!isOn(jail, 'vnet')) return
  const mistakes = await configureNameVnet(iocage, jail)
  if (mistakes.length === 0) {
    iocage.out.info('  + Configuring VNET OK')
    return
  }
  await stopByName({ ...iocage, out: silentOutput }, jail, { force: true })
  throw new IocageError(
    [
      '  + Configuring VNET FAILED',
      ...mistakes.map((line) => `  ${line}`),
      `\nStopped ${shownName(jail)} due to VNET failure`,
    ].join('\n'),
  )
}

async function services(iocage: Iocage, jail: Jail): Promise<void> {
  const result = await runInside(iocage, jail, 'exec_start')
  if (result.status === 0) {
    iocage.out.info('  + Starting services OK')
    return
  }
  await stopByName({ ...iocage, out: silentOutput }, jail, { force: true })
  throw new IocageError(
    `  + Starting services FAILED\nERROR:\n${(result.stderr || result.stdout).trim()}\n\n` +
      `Refusing to start ${shownName(jail)}: exec_start failed`,
  )
}

async function poststart(iocage: Iocage, jail: Jail): Promise<void> {
  const jid = (await runningJails()).get(kernelName(jail)) ?? 0
  const hook = await runHook(jail, 'exec_poststart', { JID: String(jid), JNAME: kernelName(jail) })
  if (hook.status === 0) iocage.out.info('  + Executing poststart OK')
  else
    iocage.out.error(
      `  + Executing exec_poststart FAILED\nERROR:\n${(hook.stderr || hook.stdout).trim()}\n\n` +
        `${shownName(jail)}: exec_poststart failed`,
    )
}

/** Nobody answers DHCP on the sandbox host's network, so a jail that asks for an address ends as it would there. */
async function failWithoutDhcp(iocage: Iocage, jail: Jail): Promise<void> {
  await stopByName({ ...iocage, out: silentOutput }, jail, { force: true })
  throw new IocageError(
    `  + Acquiring DHCP address: FAILED, address received: ERROR, check jail logs\n\nStopped ${shownName(jail)} due to DHCP failure`,
  )
}
