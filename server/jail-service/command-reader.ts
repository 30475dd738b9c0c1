import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { errorChain } from '@/lib/errors.ts'
import type { HostPlaces } from './host/host-access.ts'
import type { CommandResult, ReadCommand } from './run-command.ts'

/** Asks for one command. */
export interface ReadRequest {
  id: number
  argv: readonly string[]
  timeoutMs: number
}

/** What came of it; `failed` when it could not be started. */
export type ReadAnswer = { id: number } & ({ result: CommandResult } | { failed: string })

/** Beside the service's own program; command-reader-main.ts. */
const PROGRAM = path.join(import.meta.dirname, 'command-reader.mjs')
/** A command that ends the process that runs it is not tried again and again. */
const TRIES = 2

interface Waiting {
  request: ReadRequest
  tries: number
  settle: (answer: ReadAnswer) => void
}

/**
 * Runs commands that only read in a small process of the same rights. Whoever starts a program has all of its page tables
 * copied (fork(2)), and writes to copied pages afterwards: 10 ms and more for a service with hundreds of consoles, twice a
 * second, in which nobody's key is echoed. When that process ends, it is started again and asked again.
 */
export function createCommandReader(
  places: HostPlaces,
  log: (message: string) => void,
): { read: ReadCommand; stop(): void } {
  const waiting = new Map<number, Waiting>()
  let child: ChildProcess | undefined
  let lastId = 0
  let stopped = false
  /** Whether its end was told of, and it has answered nothing since. */
  let told = false

  function settle(answer: ReadAnswer): void {
    const one = waiting.get(answer.id)
    waiting.delete(answer.id)
    one?.settle(answer)
  }

  function ask(one: Waiting): void {
    one.tries += 1
    const { id } = one.request
    try {
      child ??= start()
    } catch (error) {
      return settle({ id, failed: errorChain(error) }) // the host has no memory for it
    }
    child.send(one.request, (error) => {
      // The process that ends is told by its exit; what it was asked is asked again there.
      if (error !== null && child === undefined) settle({ id, failed: errorChain(error) })
    })
  }

  function start(): ChildProcess {
    const started = fork(PROGRAM, [], {
      execArgv: [],
      serialization: 'advanced', // JSON would make six bytes of each control character
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    started.on('message', (answer) => {
      told = false
      settle(answer as ReadAnswer)
    })
    started.send(places)
    let gone = false
    const onEnd = (why: string) => {
      if (gone) return
      gone = true
      if (child === started) child = undefined
      if (stopped) return
      if (!told) log(`the process that reads from the host ended (${why}) and is started again`)
      told = true
      for (const one of waiting.values())
        if (one.tries < TRIES) ask(one)
        else settle({ id: one.request.id, failed: `the process that ran it ended (${why})` })
    }
    // More than once, where it could not be started: what it was sent is an error, too.
    started.on('error', (error) => onEnd(errorChain(error)))
    started.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`))
    return started
  }

  return {
    async read(argv, { timeoutMs }) {
      if (stopped) throw new Error('the service is ending')
      const id = (lastId += 1)
      const answer = await new Promise<ReadAnswer>((resolve) => {
        const one = { request: { id, argv, timeoutMs }, tries: 0, settle: resolve }
        waiting.set(id, one)
        ask(one)
      })
      if ('failed' in answer) throw new Error(answer.failed)
      return answer.result
    },
    stop() {
      stopped = true
      child?.disconnect()
    },
  }
}
