import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { spawn as spawnPty } from 'node-pty'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { haltSandbox } from './control/reset-sandbox.ts'
import { killHost, testSandbox, type TestSandbox } from './test-sandbox.ts'

let sandbox: TestSandbox
/** JIDs of two jails from the same release. */
let www = ''
let db = ''

/** A program on the sandbox host itself. */
const onHost = (...argv: string[]) => sandbox.run(['../lib/cb', 'run', '--', ...argv])

const jexec = (...words: string[]) => sandbox.run(['jexec', ...words])

async function addJail(tag: string, address: string): Promise<string> {
  await sandbox.must('iocage', 'create', `tag=${tag}`, '-r', '11.0-RELEASE')
  await sandbox.must('iocage', 'set', `ip4_addr=${address}`, tag)
  await sandbox.must('iocage', 'set', `host_hostname=${tag}`, tag)
  await sandbox.must('iocage', 'start', tag)
  const lines = (await sandbox.must('jls', 'jid', 'host.hostname')).trim().split('\n')
  return lines.find((line) => line.endsWith(` ${tag}`))?.split(' ')[0] ?? ''
}

beforeAll(async () => {
  sandbox = await testSandbox('0.9.7', 'folders')
  await sandbox.must('iocage', 'activate', 'tank')
  await sandbox.must('iocage', 'fetch', '-r', '11.0-RELEASE')
  www = await addJail('www', 'igb0|10.0.1.2/24')
  db = await addJail('db', 'igb0|10.0.1.3/24')
})

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
})

describe('what a jail is', () => {
  test('it answers a ping of its address from the sandbox host', async () => {
    for (const address of ['10.0.1.2', '10.0.1.3']) {
      const ping = await onHost('ping', '-c', '1', address)
      expect(ping.stdout + ping.stderr).toContain(' 0.0% packet loss')
    }
  })

  test('its host name, addresses and processes are its own, and it sees no others', async () => {
    expect((await jexec(www, 'hostname')).stdout).toBe('www\n')
    expect((await jexec(db, 'hostname')).stdout).toBe('db\n')
    const { stdout: started } = await jexec(db, 'sh', '-c', 'sleep 4711 >/dev/null 2>&1 & echo $!')
    expect(started).toMatch(/^\d+\n$/)
    expect((await jexec(db, 'ps', 'ax')).stdout).toContain('sleep 4711')
    const inside = (await jexec(www, 'ps', 'ax')).stdout
    expect(inside).not.toContain('sleep 4711')
    expect(inside).not.toContain(sandbox.paths.state)
    expect((await onHost('ps', 'ax')).stdout).toContain('sleep 4711')
    const seen = (await jexec(www, 'ifconfig')).stdout
    expect(seen).toContain('\tinet 10.0.1.2 netmask 0xffffff00 broadcast 10.0.1.255\n')
    expect(seen).not.toMatch(/10\.0\.0\.11|10\.0\.1\.3|vj\d|127\.0\.0\.1/)
  })

  test('what it writes, others do not see', async () => {
    expect((await jexec(www, 'sh', '-c', 'echo secret > /root/mine')).status).toBe(0)
    expect((await jexec(db, 'cat', '/root/mine')).status).not.toBe(0)
    expect((await jexec(www, 'cat', '/root/mine')).stdout).toBe('secret\n')
    expect((await jexec(www, 'ls', '/')).stdout.split('\n')).not.toContain('tank')
  })

  test('its root cannot mount, make devices, rename the host, change the kernel or the network', async () => {
    for (const words of [
      ['mount', '-t', 'tmpfs', 'none', '/mnt'],
      ['mknod', '/tmp/disk', 'b', '8', '0'],
      ['sh', '-c', 'echo x > /proc/sys/kernel/core_pattern'],
      ['sh', '-c', 'echo b > /proc/sysrq-trigger'],
      ['ifconfig', 'igb0', 'inet', '10.9.9.9/8', 'alias'],
      ['mount', '-o', 'remount,rw', '/proc/sys'],
      // Whoever is root of a user namespace may do all of that again.
      ['python3', '-c', 'import ctypes,sys; sys.exit(ctypes.CDLL(None).unshare(0x10000000) != 0)'],
    ])
      expect([words.join(' '), (await jexec(www, ...words)).status]).not.toEqual([words.join(' '), 0])
    const { stdout } = await jexec(www, 'sh', '-c', 'grep CapBnd /proc/self/status')
    // chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service sys_chroot audit_write
    expect(parseInt(stdout.split(/\s+/)[1] ?? '', 16)).toBe(0x200405fb)
  })

  test('it cannot use the address of another jail', async () => {
    const bind = 'import socket,sys; s=socket.socket(); s.bind((sys.argv[1],80)); print("bound")'
    const own = await jexec(www, 'python3', '-c', bind, '10.0.1.2')
    expect(own.stdout).toBe('bound\n')
    const other = await jexec(www, 'python3', '-c', bind, '10.0.1.3')
    expect(other.stderr).toContain('Cannot assign requested address')
  })
})

describe('jexec', () => {
  test('passes exit codes on, and both streams apart', async () => {
    expect(await jexec(www, 'sh', '-c', 'echo out; echo err >&2; exit 42')).toEqual({
      status: 42,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect((await jexec(`ioc-${(await sandbox.must('jls', '-j', www, 'name')).trim().slice(4)}`, 'true')).status).toBe(
      0,
    )
  })

  test('is clean for all bytes', async () => {
    const every = Array.from({ length: 256 }, (_, byte) => byte)
    const hex = every.map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const write = `import sys; sys.stdout.buffer.write(bytes.fromhex("${hex}"))`
    const bytes = execFileSync(path.join(sandbox.paths.bin, 'jexec'), [www, 'python3', '-c', write])
    expect(bytes.toString('hex')).toBe(hex)
    const back = await sandbox.run(['jexec', www, 'wc', '-c'], { input: 'x'.repeat(300_000) })
    expect(back.stdout.trim()).toBe('300000')
  })

  test('says what FreeBSD says', async () => {
    expect(await jexec(www, 'nosuch')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'jexec: execvp: nosuch: No such file or directory\n',
    })
    expect(await jexec('nojail', 'true')).toEqual({ status: 1, stdout: '', stderr: 'jexec: jail "nojail" not found\n' })
    expect(await jexec('-U', 'nosuch', www, 'true')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'jexec: nosuch: no such user\n',
    })
    expect((await jexec('-u', 'root', '-U', 'root', www, 'true')).stderr).toMatch(/^usage: jexec /)
  })

  test('-l cleans the environment, -e adds to it, -d chooses the folder', async () => {
    const { stdout } = await jexec('-l', '-e', 'COLOUR=green', www, 'env')
    expect(stdout).toMatch(/^HOME=\/root$/m)
    expect(stdout).toMatch(/^COLOUR=green$/m)
    expect(stdout).not.toMatch(/^CELLBLOCK/m)
    expect((await jexec('-d', '/etc', www, 'pwd')).stdout).toBe('/etc\n')
  })

  test('-U runs as a user of the jail', async (context) => {
    context.skip(process.getuid?.() !== 0, 'an ordinary user may have one user id only')
    expect((await jexec('-U', 'nobody', www, 'id', '-un')).stdout).toBe('nobody\n')
  })

  test('Ctrl-C reaches the program, not the shell around it; exit codes come back', async () => {
    const seen: string[] = []
    const pty = spawnPty(path.join(sandbox.paths.bin, 'jexec'), [www, 'bash', '--norc'], {
      env: { ...process.env, PS1: '% ' },
    })
    const steps: [RegExp, string][] = [
      [/% $/, 'bash --norc -c \'trap "echo GO\\T; exit 9" INT; echo REA\\DY; while :; do sleep 0.05; done\'\r'],
      [/READY/, '\u0003'],
      [/GOT[\s\S]*% $/, 'echo code=$?; stty size\r'],
      [/code=9[\s\S]*24 80[\s\S]*% $/, 'exit 5\r'],
    ]
    let text = ''
    const exit = await new Promise<number>((resolve) => {
      pty.onData((data) => {
        text += data.replaceAll('\u001b[?2004h', '').replaceAll('\u001b[?2004l', '')
        seen.push(data)
        const step = steps[0]
        if (step === undefined || !step[0].test(text)) return
        steps.shift()
        text = ''
        pty.write(step[1])
      })
      pty.onExit(({ exitCode }) => resolve(exitCode))
    })
    expect([exit, steps.length, seen.join('')]).toEqual([5, 0, expect.any(String)])
  })

  test('the end of a terminal ends what ran on it', async () => {
    const pty = spawnPty(path.join(sandbox.paths.bin, 'jexec'), [www, 'sh', '-c', 'echo READY; sleep 4712'], {})
    await new Promise<void>((resolve) => pty.onData((data) => data.includes('READY') && resolve()))
    const ended = new Promise((resolve) => pty.onExit(resolve))
    pty.kill()
    await ended
    await expect
      .poll(async () => (await jexec(www, 'ps', 'ax')).stdout, { interval: 50, timeout: 3000 })
      .not.toContain('sleep 4712')
  })
})

describe('jls', () => {
  test('lists as FreeBSD does', async () => {
    const [first = '', second = ''] = (await sandbox.must('jls', 'name')).trim().split('\n')
    const root = (name: string) => `/iocage/jails/${name.slice(4)}/root`
    expect(await sandbox.must('jls')).toBe(
      '   JID  IP Address      Hostname                      Path\n' +
        `     ${www}  10.0.1.2        www                           ${root(first)}\n` +
        `     ${db}  10.0.1.3        db                            ${root(second)}\n`,
    )
    expect(await sandbox.must('jls', '-v', '-j', www)).toBe(
      '   JID  Hostname                      Path\n' +
        '        Name                          State\n' +
        '        CPUSetID\n' +
        '        IP Address(es)\n' +
        `     ${www}  www                           ${root(first)}\n` +
        `        ${first.slice(0, 29)} ACTIVE\n` +
        `        ${Number(www) + 1}\n` +
        '        10.0.1.2\n',
    )
    expect(await sandbox.must('jls', '--libxo', 'json', '-v', '-j', www)).toBe(
      `{"__version": "2", "jail-information": {"jail": [{"jid":${www},"hostname":"www","path":"${root(first)}","name":"${first}",` +
        `"state":"ACTIVE","cpusetid":${Number(www) + 1}, "ipv4_addrs": ["10.0.1.2"], "ipv6_addrs": []}]}}\n`,
    )
    expect(await sandbox.must('jls', '--libxo', 'json', '-j', db)).toBe(
      `{"__version": "2", "jail-information": {"jail": [{"jid":${db},"ipv4":"10.0.1.3","hostname":"db","path":"${root(second)}"}]}}\n`,
    )
    expect(await sandbox.must('jls', '--libxo', 'json', '-j', www, 'jid', 'name', 'ip4.addr')).toBe(
      `{"__version": "2", "jail-information": {"jail": [{"jid":"${www}","name":"${first}", "ip4.addr": ["10.0.1.2"]}]}}\n`,
    )
  })

  test('prints parameters by name, with their names, with a heading, quoted', async () => {
    expect(await sandbox.must('jls', '-j', www, 'jid', 'ip4.addr', 'ip6.addr', 'persist')).toBe(
      `${www} 10.0.1.2 - true\n`,
    )
    expect(await sandbox.must('jls', '-h', '-j', www, 'jid', 'host.hostname')).toBe(`jid host.hostname\n${www} www\n`)
    expect(await sandbox.must('jls', '-n', '-j', www, 'jid', 'persist', 'allow.mount')).toBe(
      `jid=${www} persist allow.nomount\n`,
    )
    expect(await sandbox.must('jls', '-nq', '-j', www, 'ip6.addr', 'host.hostname')).toBe(
      'ip6.addr="" host.hostname=www\n',
    )
    expect((await sandbox.must('jls', '-n', '-j', www)).split(' ')).toEqual(
      expect.arrayContaining(['host.hostname=www', 'vnet=inherit']),
    )
  })

  test('fails as FreeBSD does', async () => {
    expect(await sandbox.run(['jls', '-j', 'ioc-x'])).toMatchObject({
      status: 1,
      stderr: 'jls: jail "ioc-x" not found\n',
    })
    expect(await sandbox.run(['jls', 'nosuch'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'jls: unknown parameter: nosuch\n',
    })
    expect(await sandbox.run(['jls', '-Z'])).toMatchObject({
      status: 1,
      stderr: 'jls: usage: jls [-dhNnqv] [-j jail] [param ...]\n',
    })
  })
})

describe('ifconfig', () => {
  test('shows igb0 as the primer does', async () => {
    const primer = readFileSync(new URL('primer-expected.md', import.meta.url), 'utf8')
    const listing = /^\$ ifconfig igb0\n([\s\S]*?)^```/m.exec(primer)?.[1] ?? ''
    const expected = listing.replaceAll(/^ {4}/gm, '\t').split('\n').filter(Boolean)
    const shown = (await sandbox.must('ifconfig', 'igb0'))
      .split('\n')
      .filter((line) => line !== '' && !line.includes('10.0.1.3'))
    expect(shown).toEqual(expected)
  })

  test('hides how the sandbox is made', async () => {
    expect(await sandbox.must('ifconfig', '-l')).toBe('igb0 lo0\n')
    expect(await sandbox.must('ifconfig')).not.toMatch(/vj\d|wire/)
    expect(await sandbox.run(['ifconfig', 'nosuch'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'ifconfig: interface nosuch does not exist\n',
    })
  })

  test('adds and removes an alias', async () => {
    await sandbox.must('ifconfig', 'igb0', 'inet', '10.0.7.1/24', 'alias')
    expect(await sandbox.must('ifconfig', 'igb0', 'inet')).toContain(
      '\tinet 10.0.7.1 netmask 0xffffff00 broadcast 10.0.7.255\n',
    )
    await sandbox.must('ifconfig', 'igb0', 'inet', '10.0.7.1', '-alias')
    expect(await sandbox.must('ifconfig', 'igb0', 'inet')).not.toContain('10.0.7.1')
    expect((await sandbox.run(['ifconfig', 'igb0', 'inet', '10.0.7.1', '-alias'])).stderr).toBe(
      "ifconfig: ioctl (SIOCDIFADDR): Can't assign requested address\n",
    )
  })
})

describe('jail', () => {
  const rootOf = async (jid: string) => (await sandbox.must('jls', '-j', jid, 'path')).trim()

  test('starts one that iocage did not make, and removes it with its alias', async () => {
    const made = await sandbox.run([
      'jail',
      '-c',
      'name=plain',
      `path=${await rootOf(db)}`,
      'host.hostname=plain',
      'ip4.addr=igb0|10.0.2.5/24',
      'persist',
    ])
    expect(made).toEqual({ status: 0, stdout: 'plain: created\n', stderr: '' })
    expect((await jexec('plain', 'hostname')).stdout).toBe('plain\n')
    expect(await sandbox.must('ifconfig', 'igb0')).toContain('inet 10.0.2.5 netmask 0xffffff00')
    expect((await sandbox.run(['jail', '-c', 'name=plain', 'path=/', 'persist'])).stderr).toBe(
      'jail: plain: jail "plain" already exists\n',
    )
    expect(
      (await sandbox.run(['jail', '-c', 'name=other', 'path=/mnt', 'ip4.addr=igb0|10.0.2.5', 'persist'])).stderr,
    ).toBe('jail: other: jail_set: Address already in use\n')
    await sandbox.must('jail', '-m', 'name=plain', 'host.hostname=renamed')
    expect((await jexec('plain', 'hostname')).stdout).toBe('renamed\n')
    expect(await sandbox.must('jls', '-j', 'plain', 'host.hostname')).toBe('renamed\n')
    for (const [address, words] of [
      ['igb0|10.0.0.11/8', 'ifconfig: ioctl (SIOCAIFADDR): File exists'],
      ['igb0|10.0.1.2/24', 'jail_set: Address already in use'],
      ['em7|10.0.2.6/24', 'ifconfig: interface em7 does not exist'],
      ['igb0|127.0.0.999/24', 'ip4.addr: not an IPv4 address: 127.0.0.999'],
      ['igb0|224.0.0.1/24', 'ifconfig: ioctl (SIOCAIFADDR): Invalid argument'],
      ['igb0|10.0.2.6/24,igb0|10.0.2.6/24', 'jail_set: Invalid argument'],
    ] as const) {
      const refused = await sandbox.run(['jail', '-m', 'name=plain', `ip4.addr=${address}`])
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(words) })
      expect(await sandbox.must('jls', '-j', 'plain', 'ip4.addr')).toBe('10.0.2.5\n')
      expect((await onHost('ping', '-c', '1', '10.0.2.5')).stdout).toContain(' 0.0% packet loss')
    }
    await sandbox.must('jail', '-m', 'name=plain', 'ip4.addr=igb0|10.0.2.6/24')
    expect((await onHost('ping', '-c', '1', '10.0.2.6')).stdout).toContain(' 0.0% packet loss')
    expect(await sandbox.must('ifconfig', 'igb0')).not.toContain('10.0.2.5')
    expect(await sandbox.run(['jail', '-r', 'plain'])).toEqual({ status: 0, stdout: 'plain: removed\n', stderr: '' })
    expect(await sandbox.must('ifconfig', 'igb0')).not.toContain('10.0.2.6')
    expect(await sandbox.run(['jail', '-r', 'plain'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'jail: "plain" not found\n',
    })
  })

  test('has IPv6 addresses beside, which answer the host too', async () => {
    await sandbox.must(
      'jail',
      '-c',
      'name=six',
      `path=${await rootOf(db)}`,
      'ip4.addr=igb0|10.0.2.8/24',
      'ip6.addr=igb0|fd00::5/64',
      'persist',
    )
    expect(await sandbox.must('ifconfig', 'igb0')).toContain('\tinet6 fd00::5 prefixlen 64\n')
    const reach = 'import socket; socket.create_connection(("fd00::5", 9), 5)'
    // Refused by the jail, which is as good as an answer.
    expect((await onHost('python3', '-c', reach)).stderr).toContain('Connection refused')
    await sandbox.must('jail', '-m', 'name=six', 'ip6.addr=igb0|fd00::7/64')
    expect(await sandbox.must('jls', '-j', 'six', 'ip4.addr', 'ip6.addr')).toBe('10.0.2.8 fd00::7\n')
    await sandbox.must('jail', '-r', 'six')
    expect(await sandbox.must('ifconfig', 'igb0')).not.toMatch(/fd00::|10\.0\.2\.8/)
  })

  test('refuses addresses and folders that it cannot have', async () => {
    const refused = async (...words: string[]) =>
      (await sandbox.run(['jail', '-c', 'name=x', 'persist', ...words])).stderr
    expect(await refused('path=/mnt', 'ip4.addr=igb0|10.0.0.11/8')).toBe(
      'jail: x: ifconfig: ioctl (SIOCAIFADDR): File exists\n',
    )
    expect(await refused('path=/mnt', 'ip4.addr=em0|10.0.2.1/8')).toBe(
      'jail: x: ifconfig: interface em0 does not exist\n',
    )
    expect(await refused('path=/mnt', 'ip4.addr=igb0|10.0.2.300')).toBe(
      'jail: x: ip4.addr: not an IPv4 address: 10.0.2.300\n',
    )
    expect(await refused('path=/nosuch')).toBe('jail: x: path /nosuch: No such file or directory\n')
    expect(await refused('path=/mnt', 'nosuch=1')).toBe('jail: unknown parameter: nosuch\n')
    expect(await sandbox.must('jls', 'name')).not.toContain('x\n')
  })

  test('mounts its fstab inside its own tree, whatever links are there', async () => {
    const root = await rootOf(www)
    await onHost(
      'sh',
      '-c',
      `mkdir -p /mnt/data ${root}/mnt/in && echo shared > /mnt/data/file && ln -sfn / ${root}/mnt/escape`,
    )
    await onHost(
      'sh',
      '-c',
      `printf '/mnt/data %s/mnt/in nullfs ro 0 0\\n/mnt/data %s/mnt/escape/tmp nullfs rw 0 0\\n' ${root} ${root} > /mnt/fstab`,
    )
    await sandbox.must('jail', '-c', 'name=mounts', `path=${root}`, 'mount.fstab=/mnt/fstab', 'persist')
    expect((await jexec('mounts', 'cat', '/mnt/in/file')).stdout).toBe('shared\n')
    expect((await jexec('mounts', 'sh', '-c', 'echo no > /mnt/in/file')).stderr).toContain('Read-only file system')
    // An absolute link means the jail's own root, as it would inside.
    expect((await jexec('mounts', 'cat', '/tmp/file')).stdout).toBe('shared\n')
    expect((await onHost('ls', '/tmp')).stdout).not.toContain('file')
    await sandbox.must('jail', '-r', 'mounts')
    const outside = await sandbox.run([
      'jail',
      '-c',
      'name=outside',
      `path=${root}`,
      `mount=/mnt/data ${root}/../x nullfs rw`,
      'persist',
    ])
    expect(outside).toMatchObject({ status: 1, stderr: expect.stringContaining('not inside of') })
  })

  test('reads a jail.conf of iocage 1.13', async () => {
    const conf = [
      '"ioc-conf" {',
      '\tip4.addr += "igb0|10.0.3.1/24";',
      '\tip4.addr += "igb0|10.0.3.2/24";',
      '\tip4.saddrsel = "1";',
      '\tip4 = "new";',
      '\tallow.set_hostname = "1";',
      '\texec.created = "/usr/bin/true";',
      '\texec.start = "echo started by $name > /root/started";',
      '\thost.hostname = "conf";',
      `\tpath = "${await rootOf(db)}";`,
      '\texec.clean = "1";',
      '\tstop.timeout = "30";',
      '\tpersist;',
      '}',
      '',
    ].join('\n')
    await onHost('sh', '-c', `cat > /var/run/jail.conf <<'END'\n${conf}END`)
    expect(await sandbox.must('jail', '-f', '/var/run/jail.conf', '-c', 'ioc-conf')).toBe('ioc-conf: created\n')
    expect(await sandbox.must('jls', '-j', 'ioc-conf', 'ip4.addr', 'host.hostname')).toBe('10.0.3.1,10.0.3.2 conf\n')
    expect((await jexec('ioc-conf', 'cat', '/root/started')).stdout).toBe('started by ioc-conf\n')
    expect(await sandbox.run(['jail', '-q', '-f', '/var/run/jail.conf', '-r', 'ioc-conf'])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('a vnet jail has interfaces of its own and reaches the others', async () => {
    await sandbox.must('jail', '-c', 'name=net', `path=${await rootOf(db)}`, 'host.hostname=net', 'vnet', 'persist')
    const jid = (await sandbox.must('jls', '-j', 'net', 'jid')).trim()
    await sandbox.must('ifconfig', 'bridge0', 'create', 'addm', 'igb0', 'up')
    expect(await sandbox.must('ifconfig', 'epair', 'create')).toBe('epair0a\n')
    await sandbox.must('ifconfig', 'epair0a', 'name', `vnet0:${jid}`, 'mtu', '1500')
    await sandbox.must('ifconfig', `vnet0:${jid}`, 'description', 'associated with jail: net')
    await sandbox.must('ifconfig', 'epair0b', 'vnet', 'net')
    await sandbox.must('jexec', 'net', 'ifconfig', 'epair0b', 'name', 'vnet0')
    await sandbox.must('ifconfig', 'bridge0', 'addm', `vnet0:${jid}`, 'up')
    await sandbox.must('ifconfig', `vnet0:${jid}`, 'up')
    await sandbox.must('jexec', 'net', 'ifconfig', 'vnet0', 'inet', '10.0.5.5/8', 'alias')
    await sandbox.must('jexec', 'net', 'ifconfig', 'vnet0', 'up')
    expect(await sandbox.must('ifconfig', 'bridge0')).toMatch(
      new RegExp(`\tmember: vnet0:${jid} [\\s\\S]*\tmember: igb0 `),
    )
    expect(await sandbox.must('ifconfig', `vnet0:${jid}`)).toContain('\tdescription: associated with jail: net\n')
    expect((await onHost('ping', '-c', '1', '10.0.5.5')).stdout).toContain(' 0.0% packet loss')
    const reach = 'import socket; s=socket.create_connection(("10.0.1.3", 9), 5)'
    // Refused by that jail, which is as good as an answer.
    expect((await jexec('net', 'python3', '-c', reach)).stderr).toContain('Connection refused')
    await sandbox.must('jail', '-r', 'net')
    await expect.poll(() => sandbox.must('ifconfig', '-l')).toBe('igb0 lo0 bridge0\n')
    await sandbox.must('ifconfig', 'bridge0', 'destroy')
  })

  test('one whose first process was killed is down, and its alias gone', async () => {
    await sandbox.must('jail', '-c', 'name=doomed', `path=${await rootOf(db)}`, 'ip4.addr=igb0|10.0.4.4/24', 'persist')
    const jid = (await sandbox.must('jls', '-j', 'doomed', 'jid')).trim()
    const pid = /^pid (\d+)$/m.exec(readFileSync(path.join(sandbox.paths.run, 'jails', jid), 'utf8'))?.[1] ?? ''
    await onHost('kill', '-9', pid)
    await expect.poll(async () => (await sandbox.run(['jls', '-j', 'doomed'])).status).toBe(1)
    await expect.poll(() => sandbox.must('ifconfig', 'igb0')).not.toContain('10.0.4.4')
  })
})

describe('iocage, after', () => {
  const listed = async () => (await sandbox.must('iocage', 'list', '-H')).replace(/\t[0-9a-f]{8}\t/g, '\t').split('\n')

  test('the death of a jail’s processes: it is down, and starts again', async () => {
    const pid = /^pid (\d+)$/m.exec(readFileSync(path.join(sandbox.paths.run, 'jails', www), 'utf8'))?.[1] ?? ''
    await onHost('kill', '-9', pid)
    await expect.poll(listed).toContain('-\tdown\twww\t11.0-RELEASE\t10.0.1.2')
    expect(await listed()).toContain(`${db}\tup\tdb\t11.0-RELEASE\t10.0.1.3`)
    await sandbox.must('iocage', 'start', 'www')
    expect((await onHost('ping', '-c', '1', '10.0.1.2')).stdout).toContain(' 0.0% packet loss')
  })

  test.each(['halt', 'kill -9'])(
    '%s of the host: all are down with their settings and files, and start again',
    async (how) => {
      await sandbox.must('iocage', 'set', `notes=${how}`, 'db')
      await sandbox.must(
        'jexec',
        `ioc-${(await sandbox.must('iocage', 'get', 'host_hostuuid', 'db')).trim()}`,
        'touch',
        '/root/kept',
      )
      if (how === 'halt') await haltSandbox(sandbox.paths)
      else await killHost(sandbox)
      expect(await listed()).toEqual([
        '-\tdown\tdb\t11.0-RELEASE\t10.0.1.3',
        '-\tdown\twww\t11.0-RELEASE\t10.0.1.2',
        '',
      ])
      expect(await sandbox.must('iocage', 'get', 'notes', 'db')).toBe(`${how}\n`)
      await sandbox.must('iocage', 'start', 'db')
      expect(await sandbox.must('jls', 'jid', 'host.hostname')).toBe('1 db\n')
      expect((await jexec('1', 'ls', '/root/kept')).stdout).toBe('/root/kept\n')
    },
  )
})
