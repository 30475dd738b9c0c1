import net from 'node:net'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Bytes that a line of this kind holds on its way, beyond those that its delay explains. */
const LINE_BUFFER_BYTES = 64 * 1024

/** A line in front of a socket: `bytesPerS` towards the client, `delayMs` each way, a small buffer like a router's. */
export async function slowLink(
  target: string,
  bytesPerS: number,
  delayMs: number,
): Promise<{ at: string; stop: () => void }> {
  const at = path.join(mkdtempSync(path.join(tmpdir(), 'slow-link-')), 's')
  const server = net.createServer((client) => {
    const upstream = net.connect(target)
    let freeAt = 0
    let inLine = 0
    upstream.on('data', (chunk: Buffer) => {
      const now = performance.now()
      freeAt = Math.max(freeAt, now) + (chunk.length / bytesPerS) * 1_000
      inLine += chunk.length
      if (inLine > LINE_BUFFER_BYTES) upstream.pause()
      setTimeout(() => {
        inLine -= chunk.length
        if (inLine <= LINE_BUFFER_BYTES) upstream.resume()
        setTimeout(() => client.write(chunk), delayMs)
      }, freeAt - now)
    })
    client.on('data', (chunk: Buffer) => setTimeout(() => upstream.write(chunk), delayMs))
    for (const side of [client, upstream]) {
      side.on('error', () => undefined)
      side.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(at, resolve))
  return { at, stop: () => void server.close() }
}
