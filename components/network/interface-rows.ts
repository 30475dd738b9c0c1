import type { InterfaceAddress, NetworkInterface } from '@/lib/host.ts'
import type { z } from 'zod'

export interface InterfaceRow {
  link: NetworkInterface
  /** Those of its addresses that were looked for; all when the interface itself was. */
  addresses: z.infer<typeof InterfaceAddress>[]
}

/**
 * Interfaces and their addresses that have a text: in the address, in the tag of the jail that it belongs to, or in
 * the interface's own name, description, ethernet address or members. An empty text finds all.
 */
export function interfaceRows(
  interfaces: readonly NetworkInterface[],
  search: string,
  tagOf: (jailId: string) => string | undefined,
): InterfaceRow[] {
  const wanted = search.trim().toLowerCase()
  if (wanted === '') return interfaces.map((link) => ({ link, addresses: link.addresses }))
  const has = (...texts: (string | null | undefined)[]) =>
    texts.some((text) => text?.toLowerCase().includes(wanted) === true)
  const tag = (jailId: string | null) => (jailId === null ? undefined : tagOf(jailId))
  return interfaces.flatMap((link) => {
    if (has(link.name, link.description, link.ether, tag(link.jailId), ...link.members))
      return [{ link, addresses: link.addresses }]
    const addresses = link.addresses.filter(({ address, prefix, jailId }) => has(`${address}/${prefix}`, tag(jailId)))
    return addresses.length === 0 ? [] : [{ link, addresses }]
  })
}
