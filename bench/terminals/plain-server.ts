import { createServer } from 'node:http'
import { spawn } from 'node-pty'
import { WebSocketServer } from 'ws'

/**
 * The web terminal as everybody writes it: ws and node-pty, text frames, no flow control, nothing kept. Started with
 * its socket's path and the shell's command line.
 */
const [socketPath, file, ...args] = process.argv.slice(2)
if (socketPath === undefined || file === undefined) throw new Error('plain-server SOCKET COMMAND …')

const server = createServer()
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  const pty = spawn(file, args, { name: 'xterm-256color', cols: 132, rows: 38, cwd: '/' })
  pty.onData((text) => socket.send(text))
  pty.onExit(() => socket.close())
  socket.on('message', (data) => pty.write((data as Buffer).toString('utf8')))
  socket.on('close', () => pty.kill())
  socket.on('error', () => pty.kill())
})
server.listen(socketPath)
process.on('SIGTERM', () => process.exit(0))
