import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawn } from 'node-pty'
import { WebSocketServer } from 'ws'

/** What people write first: ws + node-pty, every byte sent as it comes. The measure of the benchmark. */
const folder = mkdtempSync(path.join(tmpdir(), 'plain-console-'))
const [file = '/bin/sh', ...args] = process.argv.slice(2)
const server = createServer()
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  const pty = spawn(file, args, {
    cols: 80,
    rows: 24,
    cwd: '/',
    encoding: null,
    env: { PATH: process.env.PATH, TERM: 'xterm-256color' },
  })
  pty.onData((data) => socket.send(data as unknown as Buffer, { binary: true }))
  pty.onExit(() => socket.close())
  socket.on('message', (data: Buffer) => pty.write(data.toString('utf8')))
  socket.on('close', () => pty.kill())
})
const socketPath = path.join(folder, 's')
server.listen(socketPath, () => process.send?.({ ready: socketPath }))
process.on('message', ({ id }: { id: number }) => {
  globalThis.gc?.()
  process.send?.({ id, answer: process.memoryUsage.rss() })
})
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
})
