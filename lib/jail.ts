import { z } from 'zod'

/**
 * Identity of a jail inside its host, stable while it exists: `iocage:UUID` or `iocage:NAME` for what iocage keeps,
 * `kernel:NAME` for a running jail that no driver manages. Used in URLs, events and rows.
 */
export const JailId = z.string().regex(/^[a-z]+:[^\s/]{1,200}$/)
export type JailId = z.infer<typeof JailId>

/** What the host shows. *Starting* and the like are no states of a host: a job says them (see JobActivity). */
export const JailState = z.enum(['up', 'down', 'unreadable'])
export type JailState = z.infer<typeof JailState>

/** One address as iocage stores it: `igb0|10.0.1.2/24`; DHCP and addresses without an interface are possible. */
export const JailAddress = z.object({
  interface: z.string().nullable(),
  /** The address alone, or `DHCP`. */
  address: z.string(),
  /** Prefix length in bits, null when none was given. */
  prefix: z.number().int().nullable(),
})
export type JailAddress = z.infer<typeof JailAddress>

export const JailSource = z.object({ kind: z.enum(['release', 'template', 'jail', 'empty']), name: z.string() })
export type JailSource = z.infer<typeof JailSource>

export const Jail = z.object({
  id: JailId,
  /** Stable id of the host (design, section 7). */
  host: z.string(),
  /** Which driver can change it; null: found running, made by something else. */
  driver: z.string().nullable(),
  kind: z.enum(['jail', 'template']),
  /** The human name: TAG of the primer's iocage, NAME of today's. */
  tag: z.string(),
  uuid: z.string().nullable(),
  /** Number of its dataset, which tells it from a later jail of the same id; null while not known. */
  guid: z.string().nullable(),
  state: JailState,
  jid: z.number().int().nullable(),
  /** With patch level where known: `11.0-RELEASE-p9`. */
  release: z.string().nullable(),
  ip4: z.array(JailAddress),
  ip6: z.array(JailAddress),
  boot: z.boolean(),
  /** Where its file system came from. */
  source: JailSource.nullable(),
  hostHostname: z.string(),
  vnet: z.boolean(),
  notes: z.string(),
  /** UTC, ISO 8601; null when never started or not known. */
  lastStarted: z.string().nullable(),
  /** Set when `state` is `unreadable` or something else needs attention: what is wrong and where. */
  problem: z.string().nullable(),
  /** Why nothing here can be changed by the panel; null when it can. */
  readOnly: z.string().nullable(),
})
export type Jail = z.infer<typeof Jail>

/** Names a jail in a change as it was shown: one that took its place meanwhile is then left alone. */
export const shownJail = ({ id, guid }: Pick<Jail, 'id' | 'guid'>): { id: JailId; guid?: string } =>
  guid === null ? { id } : { id, guid }

/** Addresses of a jail for people: `10.0.1.2`, several joined by `, `, `-` for none. */
export function addressText(addresses: readonly JailAddress[]): string {
  return addresses.length === 0 ? '-' : addresses.map(({ address }) => address).join(', ')
}

/** The release without its patch level, as iocage's short table prints it: `11.0-RELEASE`. */
export function shortRelease(release: string): string {
  return release.split('-').slice(0, 2).join('-')
}

/** A UUID cut to its first 8 characters, as iocage's table prints it; other ids are left whole. */
export function shortUuid(uuid: string): string {
  return /^[0-9a-f]{8}-/.test(uuid) ? uuid.slice(0, 8) : uuid
}
