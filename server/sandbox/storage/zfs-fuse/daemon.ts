import { spawn } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { storageContext } from '../context.ts'
import { type Mount, outermostFirst, readMounts } from '../folders/mounts.ts'
import { mustRun, run } from '../run.ts'

/** Compiled into zfs-fuse and its commands; private to each sandbox because the host's root is. */
const SOCKET = '/run/zfs/zfs_socket'

const DROP_CACHES = '/proc/sys/vm/drop_caches'

/** Longest wait for a daemon that was started, in milliseconds: it answers in 100 unless it looks up its host name. */
const START_TIMEOUT_MS = 15_000

const PROGRAMS = ['/sbin/zfs-fuse', '/usr/sbin/zfs-fuse', '/usr/bin/zfs-fuse']

/** Whether a daemon answers. */
function isListening(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(SOCKET, () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

/**
 * Ends the jails whose root was on a daemon that is gone: nothing works in them any more, and they would keep the
 * dead file system. A jail's first process is number 1 in there.
 */
function endJailsOnDeadMounts(): void {
  const own = readlinkSync('/proc/self/ns/mnt')
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      if (readlinkSync(`/proc/${pid}/ns/mnt`) === own) continue
      if (!/^NSpid:.*\s1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) continue
      if (readMounts(Number(pid)).some(isOurs)) process.kill(Number(pid), 'SIGKILL')
    } catch {
      // Ended meanwhile.
    }
  }
}

const isOurs = ({ type }: Mount) => type === 'fuse.zfs'

/** After kill -9 every mount of the daemon's answers ENOTCONN; a nested one can only be reached by taking the outer away. */
async function dropDeadMounts(): Promise<void> {
  endJailsOnDeadMounts()
  for (let before = Infinity; ;) {
    const dead = readMounts().filter(isOurs).sort(outermostFirst)
    if (dead.length === 0 || dead.length >= before) return
    before = dead.length
    for (const { mountpoint } of dead) await run('umount', ['-l', '-c', mountpoint])
  }
}

async function preparePlaces(): Promise<void> {
  for (const folder of ['/run/zfs', '/run/lock/zfs', '/var/lib/zfs', '/etc/zfs']) mkdirSync(folder, { recursive: true })
  // The lock is taken by another name of the same folder.
  if (lstatSync('/var/lock', { throwIfNoEntry: false }) === undefined) symlinkSync('../run/lock', '/var/lock')
  // At a rollback it has the kernel drop all caches, which are the whole machine's. We mount anew instead.
  if (!readMounts().some(({ mountpoint }) => mountpoint === DROP_CACHES))
    await run('mount', ['--bind', '/dev/null', DROP_CACHES])
}

async function launch(program: string): Promise<void> {
  const log = openSync(path.join(storageContext().paths.run, 'zfs-fuse.log'), 'w', 0o600)
  const options = [
    '--no-daemon',
    '--no-kstat-mount',
    '-a',
    '3600',
    '-e',
    '3600',
    '-m',
    '64',
    '--fuse-mount-options',
    'default_permissions',
  ]
  const environment: NodeJS.ProcessEnv = { ...process.env }
  // Names of files are bytes to it only without a locale.
  delete environment.LANG
  const daemon = spawn(program, options, { cwd: '/', detached: true, stdio: ['ignore', log, log], env: environment })
  const ended = new Promise<never>((_, reject) => {
    daemon.on('error', reject)
    daemon.on('exit', (code) => reject(new Error(`zfs-fuse ended (${code}); see run/zfs-fuse.log in the sandbox`)))
  })
  daemon.unref()
  const deadline = Date.now() + START_TIMEOUT_MS
  const ready = async () => {
    while (!(await isListening())) {
      if (Date.now() > deadline) throw new Error('zfs-fuse does not answer')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await Promise.race([ready(), ended])
}

/** Starts the private zfs-fuse of this sandbox where none answers, and mounts what its pools hold. */
export async function startDaemon(): Promise<void> {
  if (existsSync(SOCKET) && (await isListening())) return
  const program = PROGRAMS.find((file) => existsSync(file))
  if (program === undefined)
    throw new Error(
      'this sandbox keeps its datasets on ZFS, but zfs-fuse is not installed (Debian: apt install zfs-fuse)',
    )
  if (!existsSync('/dev/fuse')) throw new Error('ZFS needs /dev/fuse, which this machine does not offer')
  await dropDeadMounts()
  await preparePlaces()
  await launch(program)
  await mustRun('zfs', ['mount', '-a'])
}
