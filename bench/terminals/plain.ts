import net from 'node:net'
import path from 'node:path'
import { WebSocket } from 'ws'
import { end, start } from '../processes.ts'
import { until } from '../wait.ts'
import { Outlet, type TerminalServer } from './terminal.ts'

/** Starts the plain ws + node-pty server in front of a shell. */
export async function plainServer(folder: string, shell: readonly string[]): Promise<TerminalServer> {
  const socketPath = path.join(folder, 'plain.sock')
  const program = path.join(import.meta.dirname, 'plain-server.ts')
  const child = start(process.execPath, ['--import', 'tsx', program, socketPath, ...shell])
  await until(() => answers({ path: socketPath }), 'the plain server')
  return {
    name: 'ws + node-pty',
    target: { path: socketPath },
    pids: () => [child.pid ?? 0],
    async open({ port } = {}) {
      const address = port === undefined ? `ws+unix:${socketPath}:/` : `ws://127.0.0.1:${port}/`
      const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 0 })
      const outlet = new Outlet()
      socket.on('message', (data: Buffer) => outlet.deliver(data))
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      socket.on('error', () => undefined)
      return {
        subscribe: outlet.subscribe,
        lost: undefined,
        type: (text) => socket.send(text),
        rendered: () => undefined,
        async close() {
          const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
          socket.terminate()
          await gone
        },
      }
    },
    stop: () => end(child),
  }
}

/** Whether somebody listens there. */
export function answers(target: net.NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect(target)
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })
}
