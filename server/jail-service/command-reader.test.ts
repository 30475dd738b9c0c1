import { afterEach, expect, test } from 'vitest'
import { createCommandReader } from './command-reader.ts'

const { execPath } = process
afterEach(() => void (process.execPath = execPath))

test('where its process cannot be started each read fails with the reason, and nothing else does', async () => {
  process.execPath = '/no/such/node'
  const said: string[] = []
  const reader = createCommandReader({ commands: {} }, (message) => said.push(message))
  const reads = [1, 2].map(() => reader.read(['/bin/true'], { timeoutMs: 1_000 }))
  for (const read of reads) await expect(read).rejects.toThrow(/ENOENT/)
  expect(said).not.toEqual([])
  // Errors that nobody listens for end a process in its next turn; the test would fail of it.
  await new Promise((resolve) => setImmediate(resolve))
  reader.stop()
})
