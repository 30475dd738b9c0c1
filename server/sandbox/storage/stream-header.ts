import { once } from 'node:events'
import { Readable, type Writable } from 'node:stream'
import { ZfsFailure } from './zfs-failure.ts'

/** What a stream of `zfs send` says before its files. */
export interface StreamFacts {
  /** Name of the snapshot, behind the `@`. */
  snapshot: string
}

const MARK = 'cellblock-zfs-stream 1 '

/** Begins a stream. */
export async function writeHeader(output: Writable, facts: StreamFacts): Promise<void> {
  if (!output.write(`${MARK}${JSON.stringify(facts)}\n`)) await once(output, 'drain')
}

/** Reads a stream's beginning; ZfsFailure where it is not one of ours. */
export async function readHeader(input: Readable): Promise<{ facts: StreamFacts; rest: Readable }> {
  const pieces = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let begun = Buffer.alloc(0)
  while (!begun.includes(10) && begun.length < 65_536) {
    const { done, value } = await pieces.next()
    if (done === true) break
    begun = Buffer.concat([begun, value])
  }
  const end = begun.indexOf(10)
  const line = begun.subarray(0, Math.max(0, end)).toString()
  if (!line.startsWith(MARK)) throw new ZfsFailure(`cannot receive: invalid stream (bad magic number)`)
  async function* rest() {
    yield begun.subarray(end + 1)
    for (;;) {
      const { done, value } = await pieces.next()
      if (done === true) return
      yield value
    }
  }
  return {
    facts: JSON.parse(line.slice(MARK.length)) as StreamFacts,
    rest: Readable.from(rest(), { objectMode: false }),
  }
}
