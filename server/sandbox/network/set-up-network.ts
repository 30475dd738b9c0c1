import { existsSync, writeFileSync } from 'node:fs'
import { mustRunProgram } from '../run-program.ts'

/** The host's interface and address, as in the primer. */
export const HOST_INTERFACE = 'igb0'
export const HOST_ADDRESS = '10.0.0.11'
export const HOST_LINK_ADDRESS = '0c:c4:7a:86:64:da'

const SETTINGS: Record<string, string> = {
  // Without it the removal of one alias takes along others of its network.
  'ipv4/conf/all/promote_secondaries': '1',
  'ipv4/conf/default/promote_secondaries': '1',
  'ipv4/ip_forward': '1',
  // Inherited from the machine otherwise; jails' addresses are on two interfaces at once.
  'ipv4/conf/all/rp_filter': '0',
  'ipv4/conf/default/rp_filter': '0',
  'ipv4/ip_unprivileged_port_start': '0',
  // Nobody answers on the other end of the wire, and tentative addresses cannot be used at once.
  // Answers for others at once, not within a second.
  'ipv4/neigh/default/proxy_delay': '0',
  'ipv6/conf/all/accept_dad': '0',
  'ipv6/conf/default/accept_dad': '0',
  'ipv6/conf/all/forwarding': '1',
}

/** Gives the new host its network: igb0, whose wire ends in the host itself. */
export async function setUpNetwork(): Promise<void> {
  for (const [name, value] of Object.entries(SETTINGS)) setNetworkValue(name, value)
  await mustRunProgram('ip', ['-batch', '-'], {
    input: [
      `link add ${HOST_INTERFACE} address ${HOST_LINK_ADDRESS} type veth peer name ${HOST_INTERFACE}.wire`,
      // As on the primer's host, whose card has no IPv6 address of its own.
      `link set ${HOST_INTERFACE} addrgenmode none`,
      `link set ${HOST_INTERFACE}.wire addrgenmode none`,
      `link set ${HOST_INTERFACE}.wire up`,
      `link set ${HOST_INTERFACE} up`,
      `address add ${HOST_ADDRESS}/8 broadcast 10.255.255.255 dev ${HOST_INTERFACE}`,
      '',
    ].join('\n'),
  })
  setNetworkValue(`ipv4/conf/${HOST_INTERFACE}/proxy_arp`, '1')
  setNetworkValue(`ipv4/neigh/${HOST_INTERFACE}/proxy_delay`, '0')
}

/** Sets one of the kernel's values under /proc/sys/net for this network; those that this kernel lacks are passed over. */
export function setNetworkValue(name: string, value: string): void {
  const file = `/proc/sys/net/${name}`
  if (existsSync(file)) writeFileSync(file, value)
}
