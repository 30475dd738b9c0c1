import { errorChain } from '@/lib/errors.ts'
import { allowedCommands } from './allowed-commands.ts'
import type { ReadAnswer, ReadRequest } from './command-reader.ts'
import { type HostPlaces, hostCommands } from './host/host-access.ts'
import { createRunCommand, type RunCommand } from './run-command.ts'

/**
 * The small process of command-reader.ts: it is told where the host's commands are, and then runs what it is asked for, from
 * the service's own list of commands.
 */
process.chdir('/')
process.once('message', (places: HostPlaces) => {
  const run = createRunCommand({ bin: places.bin, allows: allowedCommands(hostCommands(places)) })
  process.on('message', (request: ReadRequest) => read(run, request))
})

function read(run: RunCommand, { id, argv, timeoutMs }: ReadRequest): void {
  const answer = (message: ReadAnswer) => {
    if (process.connected) process.send?.(message)
  }
  run(argv, { timeoutMs }).then(
    // Of what printed without end nothing is of use, and the service's memory is none to try it with.
    (result) =>
      answer({
        id,
        result: result.cutShort === 'too_much_output' ? { ...result, stdout: '', stderr: '', output: '' } : result,
      }),
    (error: unknown) => answer({ id, failed: errorChain(error) }),
  )
}

// It ends with the service, also when that is killed, and not before: a terminal's Ctrl-C reaches both.
process.on('disconnect', () => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
