import { z } from 'zod'
import { Host, Release } from './host.ts'
import { Jail } from './jail.ts'
import { Job, JobLine } from './job.ts'

/**
 * What the service tells every open page (Server-Sent Events; each has `id: EPOCH:SEQ` and this JSON as data).
 * `seq` grows by one with each event of an epoch; a gap or another epoch means: take host.snapshot again.
 */
const Numbered = z.object({ epoch: z.string(), seq: z.number().int(), host: z.string() })

export const ServiceEvent = z.discriminatedUnion('type', [
  /** First on every connection, and again each ten seconds: where the stream stands. */
  Numbered.extend({ type: z.literal('hello') }),
  Numbered.extend({ type: z.literal('jail.changed'), jail: Jail }),
  Numbered.extend({ type: z.literal('jail.removed'), id: z.string() }),
  Numbered.extend({ type: z.literal('releases.changed'), releases: z.array(Release) }),
  Numbered.extend({ type: z.literal('host.changed'), hostState: Host }),
  Numbered.extend({ type: z.literal('job.changed'), job: Job }),
  Numbered.extend({ type: z.literal('job.output'), jobId: z.string(), lines: z.array(JobLine) }),
  /** Interfaces or datasets changed: pages that show them read them again. */
  Numbered.extend({ type: z.literal('network.changed') }),
  Numbered.extend({ type: z.literal('storage.changed') }),
  Numbered.extend({ type: z.literal('consoles.changed') }),
  /** Something that is not for this user: it only keeps the numbers without a gap. */
  Numbered.extend({ type: z.literal('nothing') }),
  /** The session ended, or its rights changed: reload. */
  Numbered.extend({ type: z.literal('session.changed') }),
])
export type ServiceEvent = z.infer<typeof ServiceEvent>
type WithoutNumbers<E> = E extends ServiceEvent ? Omit<E, 'epoch' | 'seq' | 'host'> : never
/** An event before the stream gave it epoch, number and host. */
export type NewEvent = WithoutNumbers<ServiceEvent>
