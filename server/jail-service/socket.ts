import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import net from 'node:net'
import path from 'node:path'
import { folderProblem } from './safe-folder.ts'
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
  const unsafe = folderProblem(path.resolve(folder))
  if (unsafe !== undefined) throw new StartRefusal(`the folder of the socket is not safe: ${unsafe}`)
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) await removeStale(file)
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
  const left = lstatSync(file)
  if (!left.isSocket()) throw new StartRefusal(`${file} exists and is no socket; it is left alone.`)
  if (left.uid !== 0 && left.uid !== process.geteuid?.())
    throw new StartRefusal(
      `user ${left.uid} made a socket in the place of ours, ${file}: find out who, then remove it.`,
    )
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

/** Lines of a file in the form of passwd(5), in fields. */
const fieldsOf = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'))

/** Group id of a user given by name or number; a number that passwd(5) does not know is its own group. */
function groupOf(user: string): number {
  const entry = fieldsOf('/etc/passwd').find(([name, , uid]) => name === user || uid === user)
  if (entry?.[3] !== undefined) return Number(entry[3])
  if (/^\d+$/.test(user)) return Number(user)
  throw new StartRefusal(`there is no user ${user} (--panel-user).`)
}

/**
 * Who besides the panel's user may connect, by name: the other members of its group. To the service they would be the
 * panel, which says from where a visitor comes. Directories of users (LDAP) are not asked.
 */
export function othersInGroup(panelUser: string, { passwd = '/etc/passwd', group = '/etc/group' } = {}): string[] {
  const users = fieldsOf(passwd)
  const own = users.find(([name, , uid]) => name === panelUser || uid === panelUser)
  const gid = own?.[3] ?? panelUser
  // Root may connect anyway, under whatever name.
  const primary = users.filter(([, , uid, of]) => of === gid && uid !== '0').map(([name = '']) => name)
  const members = fieldsOf(group)
    .filter((entry) => entry[2] === gid)
    .flatMap((entry) => (entry[3] ?? '').split(',').map((name) => name.trim()))
  return [...new Set([...primary, ...members])].filter((name) => name !== '' && name !== own?.[0])
}
