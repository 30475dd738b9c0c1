import { z } from 'zod'
import { Dataset, Host, NetworkInterface, Pool, Release } from '../host.ts'
import { Jail } from '../jail.ts'
import { Job, JobLine, JobState } from '../job.ts'
import { change, read } from './verb.ts'

const Nothing = z.strictObject({})

/** `11.0-RELEASE`, `14.3-RELEASE`: never a path, never an option. */
export const ReleaseName = z
  .string()
  .regex(/^\d{1,2}\.\d{1,2}-(RELEASE|STABLE|BETA\d|RC\d)$/, 'A release looks like 14.3-RELEASE.')
/** Names of ZFS pools, zpool(8). */
export const PoolName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/, 'A pool name starts with a letter.')

/** The whole of what changes by itself, at one moment: events with a higher `seq` of the same epoch continue it. */
export const Snapshot = z.object({
  epoch: z.string(),
  seq: z.number().int(),
  host: Host,
  /** Jails and templates. */
  jails: z.array(Jail),
  releases: z.array(Release),
  /** Waiting and running, and those that ended within the last minutes. */
  jobs: z.array(Job),
})
export type Snapshot = z.infer<typeof Snapshot>

export const hostVerbs = {
  'host.snapshot': read('host:read', Nothing, Snapshot),
  'host.storage': read(
    'host:inspect',
    Nothing,
    z.object({ pools: z.array(Pool), datasets: z.array(Dataset), readAt: z.string() }),
  ),
  'host.network': read(
    'host:inspect',
    Nothing,
    z.object({ interfaces: z.array(NetworkInterface), readAt: z.string() }),
  ),
  /** A free address for a new shared-IP jail, and who has which: checked as one types. */
  'host.proposeAddress': read(
    'host:read',
    z.strictObject({ interface: z.string().max(15), prefix: z.int().min(1).max(32), count: z.int().min(1).max(50) }),
    z.object({ addresses: z.array(z.string()), inUse: z.array(z.object({ address: z.string(), by: z.string() })) }),
  ),
  'pool.activate': change('host:configure', z.strictObject({ pool: PoolName }), Job, ({ pool }) => ({
    target: pool,
    text: `activate pool ${pool}`,
  })),
  'release.fetch': change('release:fetch', z.strictObject({ release: ReleaseName }), Job, ({ release }) => ({
    target: release,
    text: `fetch ${release}`,
  })),
  'job.list': read(
    'job:read',
    z.strictObject({
      states: z.array(JobState).optional(),
      jailId: z.string().max(220).optional(),
      search: z.string().max(200).optional(),
      /** Jobs older than this one, for the next page. */
      before: z.string().optional(),
      limit: z.int().min(1).max(200).default(50),
    }),
    z.object({ jobs: z.array(Job), more: z.boolean() }),
  ),
  'job.detail': read(
    'job:read',
    z.strictObject({ id: z.uuid() }),
    z.object({ job: Job, children: z.array(Job), lines: z.array(JobLine), truncated: z.boolean() }),
  ),
  'job.cancel': change('job:cancel', z.strictObject({ id: z.uuid() }), Job, ({ id }) => ({
    target: id,
    text: `cancel job ${id}`,
  })),
}
