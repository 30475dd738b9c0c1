import { readdirSync, readFileSync } from 'node:fs'
import { DEFAULT_RECORDING_POLICY } from '@/lib/recording.ts'
import { startTestConsoles } from '@/server/jail-service/console/test-consoles.ts'

/** The service's consoles in a process of their own, with a plain shell in place of one in a jail. Spoken to over IPC. */
const all = await startTestConsoles({ perUser: 2_000, perHost: 2_000, endedKeptMs: 0, sweepMs: 200 })
all.world.argv = process.argv.slice(2)

const operations: Record<string, (given: { fresh?: boolean; consoleId?: string; on?: boolean }) => unknown> = {
  ticket: (more) => all.ticket(more),
  record: ({ on }) => all.recordings.setPolicy({ ...DEFAULT_RECORDING_POLICY, otherwise: on === true ? 'on' : 'off' }),
  rss: () => {
    globalThis.gc?.()
    return process.memoryUsage.rss()
  },
  counts: () => ({
    descriptors: readdirSync('/proc/self/fd').length,
    ptys:
      readdirSync('/proc/self/fd').length -
      new Set(readdirSync('/proc/self/fd')).size +
      Number(readFileSync('/proc/sys/kernel/pty/nr', 'utf8')),
    processes: readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter((pid) => pid !== '').length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    consoles: all.consoles.list({ userId: 'u1', userName: 'mk', role: 'admin' }).length,
  }),
}
process.on('message', ({ id, operation, given }: { id: number; operation: string; given: object }) => {
  process.send?.({ id, answer: operations[operation]?.(given) })
})
process.on('disconnect', () => void all.stop().then(() => process.exit(0)))
process.send?.({ ready: all.socketPath })
