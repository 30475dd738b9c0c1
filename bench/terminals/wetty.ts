import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'
import { dist } from '../../server/launch/build.mjs'
import { capture } from '../../server/launch/run.mjs'
import { end, start } from '../processes.ts'
import { until } from '../wait.ts'
import { answers } from './plain.ts'
import { Outlet, type TerminalServer } from './terminal.ts'

const WETTY = '3.2.0'
const SOCKET_IO = '4.8.4'
/** Its page says that it rendered this much each time, in characters (build/client/wetty.js). */
const COMMIT = 262_144

interface SocketIo {
  on(event: string, listener: (value: string) => void): void
  emit(event: string, value: unknown): void
  disconnect(): void
}

/** Installs wetty below dist, once; returns the folder, or the reason why not. */
function install(): { folder: string } | { reason: string } {
  const folder = path.join(dist, 'bench', `wetty-${WETTY}`)
  const done = path.join(folder, 'installed')
  if (existsSync(done)) return { folder }
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'commonjs', allowScripts: { 'node-pty': true } }),
  )
  const { status, output } = capture('npm', [
    ...['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', '--save-exact'],
    ...[`wetty@${WETTY}`, `socket.io-client@${SOCKET_IO}`],
  ])
  if (status !== 0) return { reason: `npm could not install it: ${output.trim().split('\n')[0] ?? ''}` }
  writeFileSync(done, '')
  return { folder }
}

/** Starts wetty in front of a shell: a program without arguments. The reason when it cannot be had. */
export async function wettyServer(shell: string): Promise<TerminalServer | { reason: string }> {
  const installed = install()
  if ('reason' in installed) return installed
  if (process.getuid?.() !== 0) return { reason: 'it starts a shell without ssh for root only' }
  const require = createRequire(path.join(installed.folder, 'package.json'))
  const { io } = require('socket.io-client') as { io: (address: string, options: object) => SocketIo }
  const port = await freePort()
  const program = path.join(installed.folder, 'node_modules/wetty/build/main.js')
  const child = start(
    process.execPath,
    [
      ...[program, '--host', '127.0.0.1', '--port', String(port), '--base', '/wetty', '--ssh-host', 'localhost'],
      ...['--command', shell, '--log-level', 'error'],
    ],
    { env: { ...process.env, NODE_ENV: 'production' }, cwd: installed.folder },
  )
  await until(() => answers({ port, host: '127.0.0.1' }), 'wetty')
  return {
    name: `wetty ${WETTY}`,
    target: { port, host: '127.0.0.1' },
    pids: () => [child.pid ?? 0],
    async open(options = {}) {
      const socket = io(`http://127.0.0.1:${options.port ?? port}`, {
        ...{ path: '/wetty/socket.io', transports: ['websocket'], forceNew: true, reconnection: false },
      })
      const outlet = new Outlet()
      socket.on('data', (text) => outlet.deliver(Buffer.from(text)))
      await new Promise<void>((resolve, reject) => {
        socket.on('login', () => resolve())
        socket.on('connect_error', (error) => reject(new Error(`wetty: ${error}`)))
      })
      socket.emit('resize', { cols: 132, rows: 38 })
      let uncommitted = 0
      return {
        subscribe: outlet.subscribe,
        lost: undefined,
        type: (text) => socket.emit('input', text),
        rendered(bytes) {
          uncommitted += bytes
          for (; uncommitted >= COMMIT; uncommitted -= COMMIT) socket.emit('commit', COMMIT)
        },
        close() {
          socket.disconnect()
          return Promise.resolve()
        },
      }
    },
    stop: () => end(child),
  }
}

/** A TCP port on 127.0.0.1 that nobody has now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
