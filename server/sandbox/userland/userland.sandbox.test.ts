import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { extract } from './archive.ts'
import { type Mirror, MirrorAway, type MirrorFile, openMirror, ReleaseNotFound } from './mirror.ts'
import { isPastEndOfLife, offeredReleases } from './releases.ts'

const state = mkdtempSync(path.join(tmpdir(), 'cellblock-userland-'))
const tree = path.join(state, 'tree')
const faults = path.join(state, 'faults')
let mirror: Mirror

async function download(file: MirrorFile): Promise<string> {
  const target = path.join(state, file.name)
  await pipeline(file.open(), createWriteStream(target))
  return target
}
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

/** Runs a script in the unpacked release: a root, process table and host name of its own. */
function inRelease(script: string, input = '') {
  const user = process.getuid?.() === 0 ? [] : ['-r']
  const enter =
    'cd "$1" && mount --rbind /dev dev && mount -t proc proc proc && hostname www && exec chroot . /bin/sh -c "$2"'
  const argv = [...user, '-m', '-p', '-u', '-f', 'sh', '-c', enter, 'sh', tree, script]
  const { status, stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8', input })
  return { status, stdout, stderr }
}

beforeAll(async () => {
  writeFileSync(
    path.join(state, 'sandbox.json'),
    JSON.stringify({ version: 1, dialect: '0.9.7', storage: 'folders', hostname: 'sandbox', createdAt: '' }),
  )
  mkdirSync(tree)
  mkdirSync(faults)
  process.env.CELLBLOCK_SANDBOX = state
  process.env.CELLBLOCK_MIRROR_RATE = '0'
  mirror = await openMirror('11.0-RELEASE')
  for (const file of mirror.files) {
    const archive = await download(file)
    if (file.name !== 'MANIFEST') await extract(archive, tree)
  }
})
afterAll(() => rmSync(state, { recursive: true, force: true }))

describe('the mirror', () => {
  test('offers today’s releases and the primer’s, and knows which get no fixes any more', () => {
    const names = offeredReleases().map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['15.0-RELEASE', '14.3-RELEASE', '13.5-RELEASE', '11.0-RELEASE']))
    const old = offeredReleases().find(({ name }) => name === '11.0-RELEASE')!
    expect(isPastEndOfLife(old, new Date('2017-11-30T23:00:00Z'))).toBe(false)
    expect(isPastEndOfLife(old, new Date('2017-12-01T00:00:00Z'))).toBe(true)
  })

  test('has a MANIFEST as FreeBSD’s, and every file hashes to what it says', () => {
    const lines = readFileSync(path.join(state, 'MANIFEST'), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => line.split('\t')[0])).toEqual(['base.txz', 'doc.txz', 'lib32.txz', 'src.txz'])
    for (const line of lines) expect(line).toMatch(/^\w+\.txz\t[0-9a-f]{64}\t\d+\t\w+\t"[^"]+"\t(on|off)$/)
    for (const { name, sha256: expected } of mirror.files) expect(sha256(path.join(state, name))).toBe(expected)
  })

  test('can be away, lack a release, and send wrong bytes', async () => {
    await expect(openMirror('9.9-RELEASE')).rejects.toThrow(ReleaseNotFound)
    const base = mirror.files.find(({ name }) => name === 'base.txz')!
    writeFileSync(path.join(faults, 'mirror-away'), '')
    await expect(openMirror('11.0-RELEASE')).rejects.toThrow(MirrorAway)
    await expect(download(base)).rejects.toThrow(MirrorAway)
    rmSync(path.join(faults, 'mirror-away'))
    writeFileSync(path.join(faults, 'checksum-wrong'), '')
    const spoilt = (await openMirror('11.0-RELEASE')).files.find(({ name }) => name === 'base.txz')!
    expect(sha256(await download(spoilt))).not.toBe(spoilt.sha256)
    rmSync(path.join(faults, 'checksum-wrong'))
  })

  test('makes a second release of the same base, with its own version', async () => {
    const other = await openMirror('14.3-RELEASE')
    const archive = await download(other.files.find(({ name }) => name === 'base.txz')!)
    const into = path.join(state, 'other')
    mkdirSync(into)
    await extract(archive, into)
    expect(readFileSync(path.join(into, 'bin/freebsd-version'), 'utf8')).toContain('USERLAND_VERSION="14.3-RELEASE-p5"')
    expect(existsSync(path.join(into, 'usr/bin/bash'))).toBe(true)
    rmSync(into, { recursive: true })
  })

  test('an unpacking that is interrupted says so', async () => {
    const into = mkdtempSync(path.join(state, 'interrupted-'))
    const stop = new AbortController()
    const unpacking = extract(path.join(state, 'base.txz'), into, stop.signal)
    stop.abort()
    await expect(unpacking).rejects.toThrow(/abort/i)
  })
})

describe('a release', () => {
  test('runs its own programs', () => {
    const { stdout, status } = inRelease(
      'hostname; id -un; freebsd-version; ps ax | wc -l; echo "a b" | awk \'{print $2}\'',
    )
    expect(status).toBe(0)
    expect(stdout.split('\n').slice(0, 3)).toEqual(['www', 'root', '11.0-RELEASE-p9'])
    expect(stdout.trimEnd().endsWith('\nb')).toBe(true)
  })

  test.skipIf(!existsSync('/usr/bin/python3'))('has python3 with its library, for Ansible', () => {
    const modules = 'json, ssl, hashlib, subprocess, sqlite3, zipfile, tempfile'
    expect(inRelease(`/usr/bin/python3 -c "import ${modules}; print('fine')"`)).toMatchObject({
      status: 0,
      stdout: 'fine\n',
    })
  })

  test('greets at login and gives FreeBSD’s prompt', () => {
    const { stdout, status } = inRelease('login -p -f root', 'echo $0 $HOME $USER; pwd; exit 5\n')
    expect(status).toBe(5)
    expect(stdout).toContain('FreeBSD 11.0-RELEASE-p9 (sandbox)')
    expect(stdout.endsWith('-csh /root root\n/root\n')).toBe(true)
    const shown = inRelease('script -qc "login -f root" /dev/null', 'exit\n')
    expect(shown.stdout).toContain('root@www:~ #')
  })

  test('sysrc reads and changes rc.conf as FreeBSD’s', () => {
    const sysrc = (words: string) => inRelease(`sysrc ${words}`)
    expect(sysrc('sshd_enable').stdout).toBe('sshd_enable: NO\n')
    expect(sysrc('sshd_enable=YES').stdout).toBe('sshd_enable: NO -> YES\n')
    expect(sysrc('-n sshd_enable').stdout).toBe('YES\n')
    expect(sysrc('\'flags=-o "a b" $x\'').stdout).toBe('flags:  -> -o "a b" $x\n')
    expect(sysrc('-n flags').stdout).toBe('-o "a b" $x\n')
    expect(sysrc('flags+=more').stdout).toBe('flags: -o "a b" $x -> -o "a b" $x more\n')
    expect(sysrc('-x flags').status).toBe(0)
    expect(sysrc('nothing')).toMatchObject({ status: 1, stderr: "sysrc: unknown variable 'nothing'\n" })
    expect(readFileSync(path.join(tree, 'etc/rc.conf'), 'utf8')).toBe('sshd_enable="YES"\n')
    expect(inRelease('service -e').stdout).toBe('/etc/rc.d/sshd\n')
    expect(sysrc('-x sshd_enable').status).toBe(0)
  })

  test('service starts, tells about and stops what an rc.d script describes', () => {
    const demo = `#!/bin/sh
. /etc/rc.subr
name=demo
rcvar=demo_enable
command=/usr/bin/sleep
pidfile=/var/run/demo.pid
start_cmd=demo_start
demo_start() { echo "Starting demo."; sleep 1000 </dev/null >/dev/null 2>&1 & echo $! >/var/run/demo.pid; }
load_rc_config demo
run_rc_command "$1"
`
    mkdirSync(path.join(tree, 'usr/local/etc/rc.d'), { recursive: true })
    writeFileSync(path.join(tree, 'usr/local/etc/rc.d/demo'), demo, { mode: 0o755 })
    const story = inRelease(
      'service demo start; sysrc -n demo_enable=YES; service demo start; service demo status; service demo stop; service demo status',
    )
    expect(story.stdout).toMatch(
      /^Cannot 'start' demo\. Set demo_enable to YES in \/etc\/rc\.conf or use 'onestart' instead of 'start'\.\nYES\nStarting demo\.\ndemo is running as pid (\d+)\.\nStopping demo\.\nWaiting for PIDS: \1\.\ndemo is not running\.\n$/,
    )
    const missing = inRelease('service nothing start')
    expect(missing.status).toBe(1)
    expect(missing.stderr).toContain('nothing does not exist in /etc/rc.d or the local startup\n')
    const boot = inRelease('/bin/sh /etc/rc && service demo status && /bin/sh /etc/rc.shutdown')
    expect(boot.stdout).toContain('Starting demo.')
    expect(boot.status).toBe(0)
    rmSync(path.join(tree, 'usr/local/etc/rc.d/demo'))
    inRelease('sysrc -x demo_enable')
  })

  test.skipIf(process.getuid?.() !== 0)('pw keeps users and groups', () => {
    const made = inRelease(
      'pw groupadd devs -g 2000 && echo secret | pw useradd joe -m -G devs,wheel -c "Joe Doe" -s /bin/sh -h 0 && id joe && ls -ld /home/joe && su joe -c "id -un"',
    )
    expect(made).toMatchObject({ status: 0, stderr: '' })
    expect(made.stdout).toMatch(
      /^uid=1001\(joe\) gid=1001\(joe\) groups=1001\(joe\),0\(wheel\),2000\(devs\)\ndrwxr-xr-x \d+ joe +joe .*\njoe\n$/,
    )
    expect(readFileSync(path.join(tree, 'etc/shadow'), 'utf8')).toMatch(/^joe:\$/m)
    expect(inRelease('pw useradd joe')).toMatchObject({ status: 65, stderr: "pw: login name `joe' already exists\n" })
    expect(inRelease('pw usermod joe -s /bin/csh -c Jo && pw usershow joe').stdout).toBe(
      'joe:*:1001:1001::0:0:Jo:/home/joe:/bin/csh\n',
    )
    expect(inRelease('pw userdel joe -r && id joe').status).not.toBe(0)
    expect(existsSync(path.join(tree, 'usr/home/joe'))).toBe(false)
    expect(readFileSync(path.join(tree, 'etc/group'), 'utf8')).toContain('devs:x:2000:\n')
  })

  test('says plainly that there are no packages', () => {
    const { status, stderr } = inRelease('pkg install nginx')
    expect(status).toBe(1)
    expect(stderr).toContain('no FreeBSD packages')
  })
})
