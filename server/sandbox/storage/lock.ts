import { createHash } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'

/**
 * Runs `body` while nobody else in this network namespace holds the lock of `folder`.
 * The lock is a listening abstract Unix socket: the kernel gives it back however its holder dies, and those
 * who wait stay connected to it and so learn of its end without polling.
 */
export async function withLock<T>(folder: string, body: () => Promise<T>): Promise<T> {
  const name = `\0cellblock-storage-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`
  const waiting = new Set<Socket>()
  for (;;) {
    const server = createServer((socket) => {
      waiting.add(socket.on('error', () => {}))
    })
    server.listen(name)
    try {
      await once(server, 'listening')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      await untilReleased(name)
      continue
    }
    try {
      return await body()
    } finally {
      server.close()
      for (const socket of waiting) socket.destroy()
    }
  }
}

function untilReleased(name: string): Promise<void> {
  return new Promise((resolve) => {
    // A refused connection means that it was released in between.
    connect(name)
      .on('error', () => {})
      .on('close', () => resolve())
      .resume()
  })
}
