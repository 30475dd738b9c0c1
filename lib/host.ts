import { z } from 'zod'

/** What a driver may be able to do beyond the rest; each is possible or has a reason why not. */
export const DriverCapability = z.enum([
  'canFetch',
  'canSnapshot',
  'canRename',
  'canClone',
  'canVnet',
  'canActivatePool',
])
export type DriverCapability = z.infer<typeof DriverCapability>

export const Pool = z.object({
  name: z.string(),
  sizeBytes: z.number(),
  freeBytes: z.number(),
  health: z.string(),
  /** Whether the driver keeps its jails here. */
  active: z.boolean(),
})
export type Pool = z.infer<typeof Pool>

/** The machine with jails, as far as the panel shows it. */
export const Host = z.object({
  /** Stable random id; `name` is only for display. */
  id: z.string(),
  name: z.string(),
  /** What the host itself says it is: `FreeBSD 14.3-RELEASE`, or the sandbox in plain words. */
  platform: z.string(),
  /** Plain words where the host is a sandbox and no FreeBSD; null on FreeBSD. */
  sandbox: z.string().nullable(),
  cellblockVersion: z.string(),
  /** Manager of jails and its version: `iocage 0.9.7`; null when it cannot be found or run (see `problems`). */
  driver: z.object({ name: z.string(), version: z.string(), dialect: z.enum(['uuid-tag', 'name']) }).nullable(),
  /** null = possible; text = the reason why not, fit for a disabled button. */
  capabilities: z.record(DriverCapability, z.string().nullable()),
  pools: z.array(Pool),
  /** What is wrong with the host as a whole: iocage missing, no pool active, state disk full … */
  problems: z.array(z.object({ summary: z.string(), hint: z.string() })),
  /** When this was read, ISO 8601. */
  readAt: z.string(),
})
export type Host = z.infer<typeof Host>

/** A FreeBSD release: fetched here, or offered by the mirror. */
export const Release = z.object({
  name: z.string(),
  /** Patch level of the fetched copy: `11.0-RELEASE-p9`; null when not fetched. */
  patch: z.string().nullable(),
  fetched: z.boolean(),
  /** Day of the end of life (ISO date), null when not known. */
  endOfLife: z.string().nullable(),
  endOfLifePassed: z.boolean(),
  sizeBytes: z.number().nullable(),
  /** Ids of jails and templates that were made from it. */
  usedBy: z.array(z.string()),
})
export type Release = z.infer<typeof Release>

/** One row of `zfs list`; sizes in bytes. */
export const Dataset = z.object({
  name: z.string(),
  usedBytes: z.number(),
  availableBytes: z.number(),
  referencedBytes: z.number(),
  mountpoint: z.string(),
  origin: z.string().nullable(),
  /** The jail or template it belongs to, null for the rest. */
  jailId: z.string().nullable(),
})
export type Dataset = z.infer<typeof Dataset>

export const InterfaceAddress = z.object({
  family: z.enum(['inet', 'inet6']),
  address: z.string(),
  prefix: z.number().int(),
  /** The jail that this alias belongs to; null: the host's own. */
  jailId: z.string().nullable(),
})
export const NetworkInterface = z.object({
  name: z.string(),
  flags: z.array(z.string()),
  ether: z.string().nullable(),
  mtu: z.number().int(),
  status: z.string().nullable(),
  description: z.string().nullable(),
  addresses: z.array(InterfaceAddress),
  /** Bridge members. */
  members: z.array(z.string()),
  /** The jail that a vnet interface leads to. */
  jailId: z.string().nullable(),
  /** The interface's paragraph as ifconfig printed it. */
  text: z.string(),
})
export type NetworkInterface = z.infer<typeof NetworkInterface>
