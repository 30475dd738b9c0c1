import { jailCommand, ifconfig, runningJails } from '../model/host.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { isOn, kernelName, label, setting, type Jail } from '../model/jail.ts'
import { jailAddresses } from './address-options.ts'
import { runInside } from './services.ts'

/** Stops a jail of 0.9.7, with its three lines; one that is down is told and no error. */
export async function stopByUuid(iocage: Iocage, jail: Jail): Promise<void> {
  const { out } = iocage
  const name = label(iocage, jail)
  const jid = (await runningJails()).get(kernelName(jail))
  if (jid === undefined) {
    out.error(`${name} is not running!`)
    return
  }
  out.info(`* Stopping ${name}`)
  const services = await runInside(iocage, jail, 'exec_stop')
  out.info(services.status === 0 ? '  + Stopping services OK' : '  + Stopping services FAILED')
  if (isOn(jail, 'vnet')) await removeInterfaces(jail, jid)
  // The jail was made without a jail.conf, so its addresses are taken from the interface here.
  else for (const { nic, address } of jailAddresses(jail, 'ip4_addr')) await ifconfig(nic, address, '-alias')
  const removed = await jailCommand('-r', kernelName(jail))
  if (removed.status === 0) out.info('  + Removing jail process OK')
  else {
    out.info('  + Removing jail process FAILED:')
    out.info(`    ${removed.stderr.trim()}`)
  }
}

async function removeInterfaces(jail: Jail, jid: number): Promise<void> {
  for (const pair of setting(jail, 'interfaces').split(',')) {
    const [nic = ''] = pair.split(':')
    await ifconfig(`${nic.trim()}:${jid}`, 'destroy')
  }
}
