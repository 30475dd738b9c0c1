import { existsSync } from 'node:fs'
import { IocageError } from '../errors.ts'
import { ifconfig, jailCommand, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, kernelName, setting, type Jail } from '../model/jail.ts'
import { rulesetOf } from './devfs-ruleset.ts'
import { jailConfPath, removeJailConf } from './jail-conf.ts'
import { runHook, runInside } from './services.ts'

/** Stops a jail of 1.13 with all its lines; one that is down is told and no error. */
export async function stopByName(iocage: Iocage, jail: Jail, options: { force?: boolean } = {}): Promise<void> {
  const { out } = iocage
  const name = jail.id.replaceAll('.', '_')
  const jid = (await runningJails()).get(kernelName(jail))
  if (jid === undefined) {
    out.error(`${jail.id} is not running!`)
    return
  }
  out.info(`* Stopping ${name}`)
  if (options.force !== true) await endGently(iocage, jail)
  if (isOn(jail, 'vnet')) {
    for (const pair of setting(jail, 'interfaces').split(','))
      await ifconfig(`${(pair.split(':')[0] ?? '').trim()}.${jid}`, 'destroy')
    out.info('  + Tearing down VNET OK')
  }
  const ruleset = rulesetOf(jailConfPath(jail)) ?? setting(jail, 'devfs_ruleset')
  if (Number(ruleset) <= 5) out.error(`  + Refusing to remove protected devfs_ruleset: ${ruleset}`)
  else out.info(`  + Removing devfs_ruleset: ${ruleset} OK`)
  const conf = jailConfPath(jail)
  const removed = await jailCommand(...(existsSync(conf) ? ['-q', '-f', conf] : ['-q']), '-r', kernelName(jail))
  if (removed.status !== 0) throw new IocageError(`  + Removing jail process FAILED:\n${removed.stderr.trim()}`)
  out.info('  + Removing jail process OK')
  removeJailConf(jail)
  const hook = await runHook(jail, 'exec_poststop')
  if (hook.status === 0) out.info('  + Executing poststop OK')
  else out.error(`  + Executing poststop FAILED\nERROR:\n${(hook.stderr || hook.stdout).trim()}`)
}

/** The jail's own way down: the hook on the host, then rc.shutdown inside; a failure leaves it running. */
async function endGently(iocage: Iocage, jail: Jail): Promise<void> {
  const failed = (line: string, text: string) =>
    new IocageError(`${line}\nERROR:\n${text.trim()}\nPlease use --force flag to force stop jail`)
  const hook = await runHook(jail, 'exec_prestop')
  if (hook.status !== 0) throw failed('  + Executing prestop FAILED', hook.stderr || hook.stdout)
  iocage.out.info('  + Executing prestop OK')
  const services = await runInside(iocage, jail, 'exec_stop')
  if (services.status !== 0) throw failed('  + Stopping services FAILED', services.stderr || services.stdout)
  iocage.out.info('  + Stopping services OK')
}
