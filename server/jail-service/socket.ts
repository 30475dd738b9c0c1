import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, lstatSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { StartRefusal } from './start-refusal.ts'

/** Longest path of a Unix socket, in bytes: sun_path without its NUL, unix(4) and unix(7). */
const PATH_MAX_BYTES = process.platform === 'linux' ? 107 : 103

/**
 * Listens on a Unix socket that only its owner and the panel's group can reach. A socket file that nobody answers on is
 * replaced. Throws StartRefusal in one sentence for whoever starts the service.
 */
export async function listenOn(server: Server, file: string, panelUser: string | undefined): Promise<void> {
  if (Buffer.byteLength(file) > PATH_MAX_BYTES)
    throw new StartRefusal(
      `the path of the socket, ${file}, has ${Buffer.byteLength(file)} bytes; this system allows ${PATH_MAX_BYTES}. Choose a shorter one with --socket.`,
    )
  const folder = path.dirname(file)
  if (!existsSync(folder)) throw new StartRefusal(`the folder of the socket, ${folder}, does not exist.`)
  const { mode } = statSync(folder)
  const isSticky = (mode & 0o1000) !== 0
  if ((mode & 0o022) !== 0 && !isSticky)
    throw new StartRefusal(
      `others may write to ${folder} and so put their own socket in place of ours: chmod go-w ${folder}`,
    )
  if (existsSync(file)) await removeStale(file)
  // A pipe is bound before listen() returns, so no command that starts meanwhile inherits this.
  const before = process.umask(0o177) // no moment in which anyone else could connect
  const listening = once(server, 'listening')
  try {
    server.listen(file)
  } finally {
    process.umask(before)
  }
  await listening.catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException
    throw new StartRefusal(`the socket ${file} cannot be opened (${code ?? String(cause)}).`)
  })
  if (panelUser !== undefined) chownSync(file, -1, groupOf(panelUser))
  chmodSync(file, 0o660)
}

/** Between the dial and the removal another service could take the place: then both say so, at worst none runs. */
async function removeStale(file: string): Promise<void> {
  if (!lstatSync(file).isSocket()) throw new StartRefusal(`${file} exists and is no socket; it is left alone.`)
  const answers = await new Promise<boolean>((resolve) => {
    const probe = net.connect(file, () => {
      probe.destroy()
      resolve(true)
    })
    probe.on('error', () => resolve(false))
  })
  if (answers) throw new StartRefusal(`another jail service answers on ${file} already.`)
  rmSync(file, { force: true })
}

/** Group id of a user given by name or number; a number that passwd(5) does not know is its own group. */
function groupOf(user: string): number {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name, , uid]) => name === user || uid === user)
  if (entry?.[3] !== undefined) return Number(entry[3])
  if (/^\d+$/.test(user)) return Number(user)
  throw new StartRefusal(`there is no user ${user} (--panel-user).`)
}
