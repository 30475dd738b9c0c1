import { existsSync } from 'node:fs'
import { WebSocket } from 'ws'
import { aptInstall, canApt } from '../../server/launch/run.mjs'
import { end, start } from '../processes.ts'
import { until } from '../wait.ts'
import { answers } from './plain.ts'
import { Outlet, type TerminalServer } from './terminal.ts'
import { freePort } from './wetty.ts'

const WS = '/usr/lib/cockpit/cockpit-ws'
const BRIDGE = '/usr/bin/cockpit-bridge'

/**
 * Starts Cockpit's terminal (cockpit-ws and cockpit-bridge of the distribution) in front of a shell; the protocol is in
 * its doc/protocol.md. The reason when it cannot be had.
 */
export async function cockpitServer(shell: readonly string[]): Promise<TerminalServer | { reason: string }> {
  if (!existsSync(WS) || !existsSync(BRIDGE)) {
    if (!canApt()) return { reason: 'the packages cockpit-ws and cockpit-bridge are not installed' }
    if (!(await aptInstall(['cockpit-ws', 'cockpit-bridge']))) return { reason: 'apt-get could not install it' }
  }
  const port = await freePort()
  const child = start(WS, ['--no-tls', '-p', String(port), '-a', '127.0.0.1', `--local-session=${BRIDGE}`])
  await until(() => answers({ port, host: '127.0.0.1' }), 'cockpit-ws')
  return {
    name: 'Cockpit',
    target: { port, host: '127.0.0.1' },
    pids: () => [child.pid ?? 0],
    async open(options = {}) {
      const at = options.port ?? port
      const socket = new WebSocket(`ws://127.0.0.1:${at}/cockpit/socket`, 'cockpit1', {
        ...{ perMessageDeflate: false, maxPayload: 0 },
        headers: { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` },
      })
      const outlet = new Outlet()
      const control = (message: object) => socket.send(`\n${JSON.stringify(message)}`)
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.on('message', (data: Buffer, isBinary) => {
          if (isBinary) return outlet.deliver(data.subarray(2)) // after "1\n", the channel
          const text = data.toString('utf8')
          if (!text.startsWith('\n')) return
          const message = JSON.parse(text) as { command: string; channel?: string; problem?: string }
          if (message.command === 'init') {
            control({ command: 'init', version: 1, host: 'localhost' })
            control({
              ...{ command: 'open', channel: '1', payload: 'stream', binary: 'raw', spawn: shell, pty: true },
              ...{ window: { rows: 38, cols: 132 }, environ: ['TERM=xterm-256color'] },
            })
          }
          if (message.command === 'ping' && message.channel === '1') control({ ...message, command: 'pong' })
          if (message.command === 'ready') resolve()
          if (message.command === 'close') reject(new Error(`Cockpit: ${message.problem ?? 'closed'}`))
        })
      })
      return {
        subscribe: outlet.subscribe,
        lost: undefined,
        type: (text) => socket.send(Buffer.from(`1\n${text}`)),
        rendered: () => undefined,
        async close() {
          control({ command: 'close', channel: '1', problem: 'terminated' })
          const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
          socket.close()
          await gone
        },
      }
    },
    stop: () => end(child),
  }
}
