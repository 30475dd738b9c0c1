import { z } from 'zod'

/** One running jail as the kernel sees it. */
export interface RunningJail {
  jid: number
  name: string
  hostname: string
  path: string
  ip4: readonly string[]
  ip6: readonly string[]
}

/** A row of `jls --libxo json`: with `-v` jid is a number, with parameter names everything is a string (contract 6.4). */
const Row = z.object({
  jid: z.coerce.number().int().positive(),
  name: z.string().min(1),
  hostname: z.string().optional(),
  'host.hostname': z.string().optional(),
  path: z.string(),
  state: z.string().optional(),
  ipv4_addrs: z.array(z.string()).optional(),
  ipv6_addrs: z.array(z.string()).optional(),
  'ip4.addr': z.array(z.string()).optional(),
  'ip6.addr': z.array(z.string()).optional(),
})
const Listing = z.object({ 'jail-information': z.object({ jail: z.array(z.unknown()).optional() }) })

/**
 * Reads `jls --libxo json`, both with `-v` and with parameter names. Rows that make no sense and dying jails are left
 * out; undefined when the text as a whole is no such listing.
 */
export function parseJls(text: string): RunningJail[] | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const listing = Listing.safeParse(json)
  if (!listing.success) return undefined
  return (listing.data['jail-information'].jail ?? []).flatMap((candidate) => {
    const row = Row.safeParse(candidate)
    if (!row.success || row.data.state === 'DYING') return []
    const { data } = row
    return {
      jid: data.jid,
      name: data.name,
      path: data.path,
      hostname: data.hostname ?? data['host.hostname'] ?? '',
      ip4: data.ipv4_addrs ?? data['ip4.addr'] ?? [],
      ip6: data.ipv6_addrs ?? data['ip6.addr'] ?? [],
    }
  })
}
