import { afterEach, expect, test } from 'vitest'
import { createCommandReader } from './command-reader.ts'

const { execPath } = process
afterEach(() => void (process.execPath = execPath))

test('where its process cannot be started each read fails with the reason, which is logged once', async () => {
  process.execPath = '/no/such/node'
  const said: string[] = []
  const reader = createCommandReader({ commands: {} }, (message) => said.push(message))
  const reads = [1, 2].map(() => reader.read(['/bin/true'], { timeoutMs: 1_000 }))
  for (const read of reads) await expect(read).rejects.toThrow(/ENOENT/)
  await expect(reader.read(['/bin/true'], { timeoutMs: 1_000 })).rejects.toThrow(/ENOENT/)
  // Said once, and not at each look.
  expect(said).toEqual([expect.stringMatching(/^the process that reads from the host ended \(.*ENOENT.*\)/)])
  // Errors that nobody listens for end a process in its next turn; the test would fail of it.
  await new Promise((resolve) => setImmediate(resolve))
  reader.stop()
})
