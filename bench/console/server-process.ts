import { fork } from 'node:child_process'
import path from 'node:path'

/** A server of the benchmark in a process of its own. */
export interface ServerProcess {
  /** Path or port it answers at. */
  readonly at: string
  ask<Answer>(operation: string, given?: object): Promise<Answer>
  stop(): Promise<void>
}

export async function startServer(
  name: 'our-server' | 'plain-server' | 'pipe-server',
  args: string[],
): Promise<ServerProcess> {
  const child = fork(path.join(import.meta.dirname, `${name}.ts`), args, {
    execArgv: ['--expose-gc', '--import', 'tsx'],
  })
  let next = 0
  const waiting = new Map<number, (answer: unknown) => void>()
  const at = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    child.on('message', (message: { ready?: string; id?: number; answer?: unknown }) => {
      if (message.ready !== undefined) resolve(message.ready)
      if (message.id !== undefined) waiting.get(message.id)?.(message.answer)
    })
  })
  return {
    at,
    ask: <Answer>(operation: string, given: object = {}) =>
      new Promise<Answer>((resolve) => {
        next += 1
        waiting.set(next, (answer) => resolve(answer as Answer))
        child.send({ id: next, operation, given })
      }),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.disconnect()
      }),
  }
}
