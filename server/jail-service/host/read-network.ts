import type { NetworkInterface } from '@/lib/host.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { HostAccess } from './host-access.ts'
import { parseIfconfig } from './parse-ifconfig.ts'
import { readCommand } from './read-command.ts'

/** The host's interfaces now, each alias and each vnet interface with the jail that it belongs to. */
export async function readNetwork(access: HostAccess, inventory: Inventory): Promise<NetworkInterface[]> {
  const interfaces = parseIfconfig(await readCommand(access, 'ifconfig', []))
  const holders = inventory.addressHolders()
  const byJid = new Map(inventory.snapshot().jails.map(({ id, jid }) => [jid, id]))
  return interfaces.map((one) => ({
    ...one,
    addresses: one.addresses.map((entry) => ({ ...entry, jailId: holders.get(entry.address) ?? null })),
    jailId: byJid.get(jidOfInterface(one.name) ?? -1) ?? null,
  }))
}

/** The JID in the name of a vnet jail's interface on the host: `vnet0.3`, older `vnet0:3` (contract 5.3). */
function jidOfInterface(name: string): number | undefined {
  const jid = /^vnet\d+[.:](\d+)$/.exec(name)?.[1]
  return jid === undefined ? undefined : Number(jid)
}
