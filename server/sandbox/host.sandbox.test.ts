import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { spawn as spawnPty } from 'node-pty'
import { describe, expect, test } from 'vitest'
import { hostPid, killHost, testSandbox, type TestSandbox } from './test-sandbox.ts'
import { runProgram } from './run-program.ts'

const LAUNCHER = fileURLToPath(new URL('sandbox.mjs', import.meta.url))

/** The machine's own state, as far as a sandbox could change it. */
const machine = () => ({
  links: readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .map((line) => line.split(':')[0]?.trim()),
  mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
  hostname: execFileSync('hostname', { encoding: 'utf8' }),
})

/** Processes of the machine whose root or arguments are in a folder. */
function processesOf(folder: string): string[] {
  const list = execFileSync('ps', ['-e', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 24 })
  return list.split('\n').filter((line) => line.includes(folder) && !line.includes('vitest'))
}

/** An empty folder as a jail's root is enough for a jail that does nothing. */
async function emptyJail(sandbox: TestSandbox, name: string, address: string): Promise<void> {
  await sandbox.run(['../lib/cb', 'run', '--', 'mkdir', '-p', `/mnt/${name}`])
  await sandbox.must('jail', '-c', `name=${name}`, `path=/mnt/${name}`, `ip4.addr=igb0|${address}/24`, 'persist')
}

const ping = async (sandbox: TestSandbox, address: string) =>
  (await sandbox.run(['../lib/cb', 'run', '--', 'ping', '-c', '1', address])).stdout

describe('the sandbox host', () => {
  test('leaves nothing on the machine: not while it runs, not after reset', async () => {
    const before = machine()
    const sandbox = await testSandbox('0.9.7', 'folders')
    await emptyJail(sandbox, 'a', '10.0.1.2')
    expect(await ping(sandbox, '10.0.1.2')).toContain(' 0.0% packet loss')
    expect(machine()).toEqual(before)
    const pid = hostPid(sandbox)
    await sandbox[Symbol.asyncDispose]()
    expect(machine()).toEqual(before)
    expect(existsSync(sandbox.paths.state)).toBe(false)
    expect(existsSync(`/proc/${pid}/root/etc`)).toBe(false)
    expect(processesOf(sandbox.paths.state)).toEqual([])
  })

  test('two side by side have the same names and addresses, and know nothing of each other', async () => {
    await using left = await testSandbox('0.9.7', 'folders')
    await using right = await testSandbox('1.13', 'folders')
    await emptyJail(left, 'same', '10.0.1.2')
    await emptyJail(right, 'same', '10.0.1.2')
    expect(await ping(left, '10.0.1.2')).toContain(' 0.0% packet loss')
    expect(await ping(right, '10.0.1.2')).toContain(' 0.0% packet loss')
    await left.must('jail', '-r', 'same')
    expect(await left.must('ifconfig', 'igb0')).not.toContain('10.0.1.2')
    expect(await right.must('ifconfig', 'igb0')).toContain('10.0.1.2')
    expect(await right.must('jls', 'name')).toBe('same\n')
    expect(await left.must('zpool', 'list', '-H', '-o', 'name')).toBe('tank\n')
    expect((await right.must('iocage', '--version')).trim()).toBe('Version\t1.13')
  })

  test('killed with -9, the next command starts a new one: jails are down, aliases gone, storage is there', async () => {
    const before = machine()
    await using sandbox = await testSandbox('0.9.7', 'folders')
    await emptyJail(sandbox, 'a', '10.0.1.2')
    await sandbox.must('zfs', 'create', 'tank/data')
    await sandbox.run([
      '../lib/cb',
      'run',
      '--',
      'sh',
      '-c',
      'echo kept > /tank/data/file; echo kept > /var/log/own; touch /var/run/stale',
    ])
    const first = hostPid(sandbox)
    await killHost(sandbox)
    expect(await sandbox.must('jls')).toBe('   JID  IP Address      Hostname                      Path\n')
    expect(hostPid(sandbox)).not.toBe(first)
    expect(await sandbox.must('ifconfig', 'igb0')).not.toContain('10.0.1.2')
    expect(readFileSync(path.join(sandbox.paths.host, 'tank/data/file'), 'utf8')).toBe('kept\n')
    expect(readFileSync(path.join(sandbox.paths.host, 'var/log/own'), 'utf8')).toBe('kept\n')
    expect(existsSync(path.join(sandbox.paths.host, 'run/stale'))).toBe(false)
    expect(readlinkSync(sandbox.paths.host)).toBe(`/proc/${hostPid(sandbox)}/root`)
    await emptyJail(sandbox, 'a', '10.0.1.2')
    expect(await sandbox.must('jls', 'jid', 'name')).toBe('1 a\n')
    expect(machine()).toEqual(before)
  })

  test('a handle whose number belongs to another process now is not believed', async () => {
    await using sandbox = await testSandbox('0.9.7', 'folders')
    await sandbox.must('jls')
    const file = path.join(sandbox.paths.run, 'host')
    const first = hostPid(sandbox)
    const [, , boot = '', inode = ''] = readFileSync(file, 'utf8').trim().split(' ')
    writeFileSync(file, `${process.pid} 1 ${boot} ${inode}\n`)
    await sandbox.must('jls')
    expect(hostPid(sandbox)).not.toBe(process.pid)
    process.kill(first, 'SIGKILL')
  })

  test('a new one takes what releases are made of from another, and keeps it when that is gone', async () => {
    const other = await testSandbox('0.9.7', 'folders')
    await other.must('iocage', 'activate', 'tank')
    await other.must('iocage', 'fetch', '-r', '11.0-RELEASE')
    await using sandbox = await testSandbox('1.13', 'folders', other.paths.state)
    const base = ({ mirror }: { mirror: string }) => path.join(mirror, 'shared/base.part')
    expect(statSync(base(sandbox.paths)).ino).toBe(statSync(base(other.paths)).ino)
    await other[Symbol.asyncDispose]()
    await sandbox.must('iocage', 'activate', 'tank')
    await sandbox.must('iocage', 'fetch', '-r', '14.3-RELEASE')
    await sandbox.must('iocage', 'create', '-n', 'www', '-r', '14.3-RELEASE')
    await sandbox.must('iocage', 'start', 'www')
    expect(await sandbox.must('iocage', 'exec', 'www', 'echo', 'runs')).toBe('runs\n')
  })

  test.each([
    ['is none', () => '/no/such/sandbox'],
    ['has none', ({ state }: { state: string }) => state],
  ])('where the other sandbox %s, it makes its own', async (_, place) => {
    await using other = await testSandbox('0.9.7', 'folders')
    await using sandbox = await testSandbox('0.9.7', 'folders', place(other.paths))
    await sandbox.must('iocage', 'activate', 'tank')
    await sandbox.must('iocage', 'fetch', '-r', '11.0-RELEASE')
    expect(existsSync(path.join(sandbox.paths.mirror, 'shared/base.part'))).toBe(true)
  })

  test('many first commands at once make one sandbox and one host', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-many-'))
    const env = { ...process.env, CELLBLOCK_SANDBOX: path.join(folder, 'state') }
    try {
      const results = await Promise.all(
        Array.from({ length: 4 }, () =>
          runProgram(process.execPath, [LAUNCHER, 'sh', '-c', 'readlink /proc/1/ns/net; hostname'], { env }),
        ),
      )
      expect(new Set(results.map(({ status, stdout, stderr }) => `${status} ${stdout} ${stderr}`)).size).toBe(1)
      expect(results[0]).toMatchObject({ status: 0, stderr: '' })
    } finally {
      await runProgram(process.execPath, [LAUNCHER, 'reset'], { env })
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('runs commands with their exit code, streams and signals', async () => {
    await using sandbox = await testSandbox('0.9.7', 'folders')
    const launch = (...argv: string[]) =>
      runProgram(process.execPath, [LAUNCHER, ...argv], {
        env: { ...process.env, CELLBLOCK_SANDBOX: sandbox.paths.state },
      })
    expect(await launch('sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
      status: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect((await launch('sh', '-c', 'kill -TERM $$')).status).toBe(143)
    expect(await launch('nosuch')).toEqual({ status: 127, stdout: '', stderr: 'sandbox: nosuch: command not found\n' })
    expect((await launch('hostname')).stdout).toBe('sandbox\n')
    expect((await launch('bin')).stdout).toBe(`${sandbox.paths.bin}\n`)
    expect((await launch('status')).stdout).toMatch(/^host: +up, process \d+$/m)
    await launch('halt')
    expect((await launch('status')).stdout).toMatch(/^host: +down/m)
  })

  test('npm run sandbox has the terminal: job control, Ctrl-C, its size, the exit code', async () => {
    await using sandbox = await testSandbox('0.9.7', 'folders')
    const pty = spawnPty('npm', ['run', '--silent', 'sandbox', '--', 'bash', '--norc'], {
      cwd: path.join(import.meta.dirname, '../..'),
      env: { ...process.env, PS1: '% ', CELLBLOCK_SANDBOX: sandbox.paths.state },
      cols: 91,
      rows: 31,
    })
    // What says READY is the one that Ctrl-C is for: between two commands bash may let it pass.
    const steps: [RegExp, string][] = [
      [/% $/, 'hostname; stty size; sudo iocage --version; sh -c "echo REA\\\\DY; exec sleep 1000"\r'],
      [/sandbox[\s\S]*31 91[\s\S]*Version\s0\.9\.7[\s\S]*READY/, '\u0003'],
      [/\^C[\s\S]*% $/, 'echo code=$?; exit 6\r'],
      [/code=130/, ''],
    ]
    let text = ''
    const status = await new Promise<number>((resolve) => {
      pty.onData((data) => {
        text += stripVTControlCharacters(data)
        if (steps[0]?.[0].test(text) !== true) return
        text = ''
        pty.write(steps.shift()?.[1] ?? '')
      })
      pty.onExit(({ exitCode }) => resolve(exitCode))
    })
    expect([steps.length, status]).toEqual([0, 6])
  })

  test('its commands work from any folder, for any program, with nothing else set', async () => {
    await using sandbox = await testSandbox('1.13', 'folders')
    const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-elsewhere-'))
    const { CELLBLOCK_SANDBOX: _state, CELLBLOCK_IOCAGE: _dialect, ...env } = process.env
    const script = 'iocage --version; zpool list -H -o name; ifconfig -l; jls -h jid name; jexec nobody true; echo $?'
    const answer = await runProgram('sh', ['-c', script], {
      cwd: folder,
      env: { ...env, PATH: `${sandbox.paths.bin}:${process.env['PATH']}` },
    })
    await rm(folder, { recursive: true })
    expect(answer).toEqual({
      status: 0,
      stdout: 'Version\t1.13\ntank\nigb0 lo0\njid name\n1\n',
      stderr: 'jexec: jail "nobody" not found\n',
    })
  })

  test('does not touch a folder that is not a sandbox', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-other-'))
    writeFileSync(path.join(folder, 'mine'), 'mine')
    const env = { ...process.env, CELLBLOCK_SANDBOX: folder }
    const made = await runProgram(process.execPath, [LAUNCHER, 'hostname'], { env })
    expect(made).toMatchObject({ status: 1, stderr: expect.stringContaining('neither empty nor a sandbox') })
    const reset = await runProgram(process.execPath, [LAUNCHER, 'reset'], { env })
    expect(reset).toMatchObject({ status: 1, stderr: expect.stringContaining('is not a sandbox') })
    expect(readFileSync(path.join(folder, 'mine'), 'utf8')).toBe('mine')
    await rm(folder, { recursive: true })
  })
})

/** Numbers that no account of the machine has; files are made as these. */
const USER = 4242

/** Runs the launcher as an ordinary user, whoever runs the tests. */
function asUser(folder: string, argv: readonly string[]) {
  const env = {
    ...process.env,
    HOME: folder,
    CELLBLOCK_SANDBOX: path.join(folder, 'state'),
    CELLBLOCK_MIRROR_RATE: '0',
  }
  const words = [process.execPath, LAUNCHER, ...argv]
  if (process.getuid?.() !== 0) return runProgram(words[0] ?? '', words.slice(1), { env, cwd: folder })
  return runProgram('setpriv', [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', ...words], { env, cwd: folder })
}

describe('as an ordinary user', () => {
  test('the primer works, with addresses that answer, and reset leaves nothing', async (context) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-user-'))
    chownSync(folder, process.getuid?.() === 0 ? USER : (process.getuid?.() ?? 0), -1)
    try {
      const first = await asUser(folder, ['id', '-u'])
      context.skip(first.status !== 0, first.stderr.trim())
      expect(first.stdout).toBe('0\n')
      const before = machine()
      for (const words of [
        ['iocage', 'activate', 'tank'],
        ['iocage', 'fetch', '-r', '11.0-RELEASE'],
        ['iocage', 'create', 'tag=www', '-r', '11.0-RELEASE'],
        ['iocage', 'set', 'ip4_addr=igb0|10.0.1.2/24', 'www'],
        ['iocage', 'start', 'www'],
      ]) {
        const { status, stderr } = await asUser(folder, words)
        expect([words.join(' '), status, stderr]).toEqual([words.join(' '), 0, expect.any(String)])
      }
      expect((await asUser(folder, ['jexec', '1', 'id', '-u'])).stdout).toBe('0\n')
      expect((await asUser(folder, ['ping', '-c', '1', '10.0.1.2'])).stdout).toContain(' 0.0% packet loss')
      expect((await asUser(folder, ['jexec', '1', 'mount', '-t', 'tmpfs', 'none', '/mnt'])).status).not.toBe(0)
      expect((await asUser(folder, ['ifconfig', 'igb0'])).stdout).toContain('inet 10.0.1.2 netmask 0xffffff00')
      // The machine's own programs (Ansible) with the machine's files, as root of this sandbox.
      const outside = await asUser(folder, [
        'as-root',
        'sh',
        '-c',
        'id -u; test -e state/sandbox.json && jexec 1 id -u',
      ])
      expect(outside).toEqual({ status: 0, stdout: '0\n0\n', stderr: '' })
      expect(machine()).toEqual(before)
    } finally {
      const reset = await asUser(folder, ['reset'])
      expect(reset).toEqual({ status: 0, stdout: '', stderr: '' })
      expect(existsSync(path.join(folder, 'state'))).toBe(false)
      await rm(folder, { recursive: true, force: true })
    }
  })
})
