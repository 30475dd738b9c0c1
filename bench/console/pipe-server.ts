import { createServer } from 'node:http'
import { createPipe } from '@/server/panel/pipe.ts'

/** The panel's way for WebSockets, without the panel's pages: in front of the service's socket that is named. */
const pipe = createPipe(process.argv[2] ?? '')
const server = createServer()
server.on('upgrade', (request, socket, head) => pipe.upgrade(request, socket, head, '127.0.0.1'))
server.listen(0, '127.0.0.1', () => {
  const bound = server.address()
  process.send?.({ ready: String(typeof bound === 'object' && bound !== null ? bound.port : 0) })
})
process.on('message', ({ id }: { id: number }) => {
  globalThis.gc?.()
  process.send?.({ id, answer: process.memoryUsage.rss() })
})
process.on('disconnect', () => process.exit(0))
