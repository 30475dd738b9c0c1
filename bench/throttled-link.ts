import net from 'node:net'

export interface LinkOptions {
  bytesPerS: number
  /** One way, in milliseconds. */
  delayMs: number
}

/** Bytes that wait at the narrow place of the link, as in a router: more than that holds the sender up. */
const QUEUE_BYTES = 64 * 1024
const STEP_MS = 5

/**
 * A slow line in front of a server: what the server sends passes at `bytesPerS`, and both directions take `delayMs`.
 * Returns the port on 127.0.0.1 that leads to `target`.
 */
export async function throttledLink(
  target: net.NetConnectOpts,
  { bytesPerS, delayMs }: LinkOptions,
): Promise<{ port: number; close(): void }> {
  const open = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, (near) => {
    const far = net.connect(target)
    for (const side of [near, far]) {
      open.add(side)
      side.on('close', () => open.delete(side))
      side.on('error', () => undefined)
    }
    near.on('data', (bytes) => setTimeout(() => far.write(bytes), delayMs))
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())

    const queue: Buffer[] = []
    let queued = 0
    let allowance = 0
    let lastAt = performance.now()
    far.on('data', (bytes) => {
      queue.push(bytes)
      queued += bytes.length
      if (queued > QUEUE_BYTES) far.pause()
    })
    const timer = setInterval(() => {
      const now = performance.now()
      // A line does not save up what it did not carry.
      allowance = Math.min(allowance + ((now - lastAt) * bytesPerS) / 1_000, (bytesPerS * STEP_MS * 4) / 1_000)
      lastAt = now
      while (allowance >= 1 && queue[0] !== undefined) {
        const piece = queue[0].subarray(0, Math.floor(allowance))
        if (piece.length === queue[0].length) queue.shift()
        else queue[0] = queue[0].subarray(piece.length)
        allowance -= piece.length
        queued -= piece.length
        setTimeout(() => near.write(piece), delayMs)
      }
      if (queued <= QUEUE_BYTES) far.resume()
    }, STEP_MS)
    near.on('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address() as net.AddressInfo
  return {
    port: address.port,
    close() {
      server.close()
      for (const side of open) side.destroy()
    },
  }
}
