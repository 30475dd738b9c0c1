import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { haltSandbox } from '../control/reset-sandbox.ts'
import { hasZfsFuse, killHost, testSandbox, type TestSandbox } from '../test-sandbox.ts'

describe.each([
  { storage: 'folders', skipped: false },
  { storage: 'zfs', skipped: !hasZfsFuse },
])('datasets in $storage', ({ storage, skipped }) => {
  describe.skipIf(skipped)('', () => {
    let sandbox: TestSandbox
    const zfs = (...argv: string[]) => sandbox.run(['zfs', ...argv])
    const must = (...argv: string[]) => sandbox.must('zfs', ...argv)
    const shell = (script: string) => sandbox.shell(script)
    const inHost = (file: string) => path.join(sandbox.paths.host, file)
    const names = async (...argv: string[]) => (await must('list', '-H', '-o', 'name', ...argv)).trim().split('\n')

    beforeAll(async () => {
      sandbox = await testSandbox('0.9.7', storage)
    })
    afterAll(async () => {
      await sandbox[Symbol.asyncDispose]()
    })

    test('a new sandbox has the pool tank and nothing else', async () => {
      expect(await sandbox.must('zpool', 'list', '-H', '-o', 'name,health')).toBe('tank\tONLINE\n')
      expect(await names('-t', 'all')).toEqual(['tank'])
      expect(await must('get', '-H', '-o', 'value', 'mountpoint,mounted', 'tank')).toBe('/tank\nyes\n')
    })

    test('a clone begins with what the snapshot took, and neither sees the other’s writes', async () => {
      await must('create', '-p', 'tank/c/base')
      writeFileSync(inHost('tank/c/base/file'), 'one')
      await shell('mkdir /tank/c/base/folder; echo x >/tank/c/base/folder/deep')
      await must('snapshot', 'tank/c/base@first')
      writeFileSync(inHost('tank/c/base/file'), 'two')
      await must('clone', 'tank/c/base@first', 'tank/c/clone')
      expect(readFileSync(inHost('tank/c/clone/file'), 'utf8')).toBe('one')
      writeFileSync(inHost('tank/c/clone/file'), 'three')
      rmSync(inHost('tank/c/clone/folder'), { recursive: true })
      expect(readFileSync(inHost('tank/c/base/file'), 'utf8')).toBe('two')
      expect(readdirSync(inHost('tank/c/base/folder'))).toEqual(['deep'])
      expect(await must('get', '-H', '-o', 'value', 'origin', 'tank/c/clone')).toBe('tank/c/base@first\n')
      expect(await must('get', '-H', '-o', 'value', 'origin', 'tank/c/base')).toBe('-\n')
    })

    test('rollback restores what the snapshot took, deletions and modes included', async () => {
      await must('create', 'tank/r')
      await shell('cd /tank/r && echo kept >a && mkdir d && echo in >d/b && chmod 700 d && ln -s a link')
      await must('snapshot', 'tank/r@s')
      await shell('cd /tank/r && rm -r d link && echo more >>a && echo new >c && chmod 777 .')
      await must('snapshot', 'tank/r@later')
      const refused = await zfs('rollback', 'tank/r@s')
      expect(refused.status).toBe(1)
      expect(refused.stderr).toContain("use '-r' to force deletion of the following snapshots")
      await must('rollback', '-r', 'tank/r@s')
      expect((await shell('cd /tank/r && ls && cat a d/b && readlink link && stat -c %a . d')).stdout).toBe(
        'a\nd\nlink\nkept\nin\na\n755\n700\n',
      )
      expect(await names('-t', 'snapshot', '-r', 'tank/r')).toEqual(['tank/r@s'])
    })

    test('a recursive snapshot takes a parent that has mounted children', async () => {
      await must('create', '-p', 'tank/p/child')
      writeFileSync(inHost('tank/p/conf'), 'parent')
      writeFileSync(inHost('tank/p/child/file'), 'child')
      await must('snapshot', '-r', 'tank/p@s')
      writeFileSync(inHost('tank/p/conf'), 'changed')
      await must('rollback', 'tank/p@s')
      expect(readFileSync(inHost('tank/p/conf'), 'utf8')).toBe('parent')
      expect(readFileSync(inHost('tank/p/child/file'), 'utf8')).toBe('child')
    })

    test('a rename moves a tree with its mounts, files and clones', async () => {
      await must('create', '-p', 'tank/n/jails/x/root')
      await must('create', 'tank/n/templates')
      writeFileSync(inHost('tank/n/jails/x/config.json'), '{}')
      writeFileSync(inHost('tank/n/jails/x/root/file'), 'x')
      await must('snapshot', '-r', 'tank/n/jails/x@c')
      await must('clone', 'tank/n/jails/x/root@c', 'tank/n/jails/y')
      await must('rename', '-f', 'tank/n/jails/x', 'tank/n/templates/x')
      expect(readdirSync(inHost('tank/n/jails'))).toEqual(['y'])
      expect(readFileSync(inHost('tank/n/templates/x/root/file'), 'utf8')).toBe('x')
      expect(await must('get', '-H', '-o', 'value', 'origin', 'tank/n/jails/y')).toBe('tank/n/templates/x/root@c\n')
      expect(await must('get', '-H', '-r', '-t', 'filesystem', '-o', 'value', 'mounted', 'tank/n')).not.toContain('no')
      await must('rename', 'tank/n/templates/x@c', 'tank/n/templates/x@d')
      expect(await names('-t', 'snapshot', '-r', 'tank/n')).toEqual([
        'tank/n/templates/x@d',
        'tank/n/templates/x/root@c',
      ])
    })

    test('destroy refuses what others hang on, and takes everything when told to', async () => {
      await must('create', '-p', 'tank/d/base/below')
      await must('snapshot', 'tank/d/base@s')
      await must('clone', 'tank/d/base@s', 'tank/d/clone')
      const children = await zfs('destroy', 'tank/d/base')
      expect(children).toMatchObject({ status: 1, stdout: '' })
      expect(children.stderr).toContain("cannot destroy 'tank/d/base': filesystem has children\nuse '-r' to destroy")
      const clones = await zfs('destroy', '-r', 'tank/d/base')
      expect(clones.status).toBe(1)
      expect(clones.stderr).toContain("use '-R' to destroy the following datasets:\ntank/d/clone")
      const snapshot = await zfs('destroy', 'tank/d/base@s')
      expect(snapshot.stderr).toContain('has dependent clones')
      expect(await must('get', '-H', '-o', 'value', 'mounted', 'tank/d/base/below')).toBe('yes\n')
      await must('destroy', '-r', '-Rf', 'tank/d')
      expect(await zfs('list', 'tank/d')).toEqual({
        status: 1,
        stdout: '',
        stderr: "cannot open 'tank/d': dataset does not exist\n",
      })
      expect(existsSync(inHost('tank/d'))).toBe(false)
    })

    test('promote lets the original go', async () => {
      await must('create', '-p', 'tank/o/base')
      writeFileSync(inHost('tank/o/base/file'), 'x')
      await must('snapshot', 'tank/o/base@s')
      await must('clone', 'tank/o/base@s', 'tank/o/clone')
      await must('promote', 'tank/o/clone')
      expect(await must('get', '-H', '-o', 'value', 'origin', 'tank/o/base', 'tank/o/clone')).toBe(
        'tank/o/clone@s\n-\n',
      )
      await must('destroy', 'tank/o/base')
      expect(readFileSync(inHost('tank/o/clone/file'), 'utf8')).toBe('x')
    })

    test('list prints what zfs prints', async () => {
      await must('create', '-p', 'tank/l/a')
      await must('snapshot', 'tank/l/a@s')
      const [heading = '', ...rows] = (await must('list', '-r', '-t', 'all', 'tank/l')).trimEnd().split('\n')
      expect(heading).toMatch(/^NAME {9}USED {2}AVAIL {2}REFER {2}MOUNTPOINT$/)
      expect(rows[0]).toMatch(/^tank\/l {6} {0,3}[\d.]+K {2} {0,3}[\d.]+G {2} {0,3}[\d.]+K {2}\/tank\/l$/)
      expect(rows.map((row) => row.split(' ')[0])).toEqual(['tank/l', 'tank/l/a', 'tank/l/a@s'])
      expect(rows[2]).toMatch(/^tank\/l\/a@s {2} {4}0 {6}- {2} {0,3}[\d.]+K {2}-$/)
      const exact = (await must('list', '-Hp', '-o', 'name,used,avail,refer,mountpoint', 'tank/l')).trimEnd()
      expect(exact).toMatch(/^tank\/l\t\d+\t\d{9,}\t\d+\t\/tank\/l$/)
      expect(await names('-t', 'snapshot', 'tank/l/a')).toEqual(['tank/l/a@s'])
      expect(await names('-d', '1', 'tank/l')).toEqual(['tank/l', 'tank/l/a'])
      expect((await must('list', '-t', 'snapshot', '-o', 'creation', 'tank/l/a@s')).split('\n')[1]).toMatch(
        /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d [ \d]\d:\d\d \d{4}$/,
      )
      const unknown = await zfs('list', '-o', 'nonsense')
      expect(unknown.status).toBe(2)
      expect(unknown.stderr).toContain("bad property list: invalid property 'nonsense'")
    })

    test('properties are set, inherited and answered with their source', async () => {
      await must('create', '-o', 'compression=lz4', '-o', 'mountpoint=/place', 'tank/g')
      await must('create', '-o', 'aclmode=passthrough', '-o', 'aclinherit=passthrough', 'tank/g/below')
      await must('set', 'org.freebsd.ioc:active=yes', 'tank/g')
      const get = (property: string) => must('get', '-H', '-o', 'value,source', property, 'tank/g/below')
      expect(await get('compression')).toBe('lz4\tinherited from tank/g\n')
      expect(await get('mountpoint')).toBe('/place/below\tinherited from tank/g\n')
      expect(await get('org.freebsd.ioc:active')).toBe('yes\tinherited from tank/g\n')
      expect(await get('org.example:none')).toBe('-\t-\n')
      expect(await get('quota')).toBe('none\tdefault\n')
      await must('set', 'readonly=on', 'tank/g')
      expect(await get('readonly')).toBe('on\tinherited from tank/g\n')
      expect(() => writeFileSync(inHost('place/below/x'), '')).toThrow('EROFS')
      await must('inherit', 'readonly', 'tank/g')
      expect(await get('readonly')).toBe('off\tdefault\n')
      writeFileSync(inHost('place/below/x'), 'x')
      await must('set', 'mountpoint=/other', 'tank/g')
      expect(readFileSync(inHost('other/below/x'), 'utf8')).toBe('x')
      await must('set', 'mountpoint=none', 'tank/g')
      expect(await must('get', '-H', '-o', 'value', 'mounted', 'tank/g/below')).toBe('no\n')
      expect((await zfs('set', 'readonly=perhaps', 'tank/g')).stderr).toContain("'readonly' must be one of 'on | off'")
      expect((await zfs('set', 'used=1', 'tank/g')).status).not.toBe(0)
    })

    test('send and receive carry a whole snapshot through a pipe', async () => {
      await must('create', 'tank/s')
      await shell('cd /tank/s && head -c 3000000 /dev/urandom >big && mkfifo pipe && ln -s big link && chmod 4755 big')
      await must('snapshot', 'tank/s@x')
      const piped = await shell(`${sandbox.paths.bin}/zfs send tank/s@x | ${sandbox.paths.bin}/zfs receive -F tank/t`)
      expect(piped).toMatchObject({ status: 0, stderr: '' })
      const look = 'stat -c "%A %s %n" big pipe; sha256sum big; readlink link'
      expect((await shell(`cd /tank/t && ${look}`)).stdout).toBe((await shell(`cd /tank/s && ${look}`)).stdout)
      expect(await must('get', '-H', '-o', 'value', 'origin', 'tank/t')).toBe('-\n')
      const nonsense = await sandbox.run(['zfs', 'receive', 'tank/u'], { input: 'not a stream\n' })
      expect(nonsense.status).toBe(1)
      expect((await names()).includes('tank/u')).toBe(false)
    })

    test('a stream is whole for a reader that comes when the sender has long filled the pipe', async () => {
      const piped = await shell(
        `${sandbox.paths.bin}/zfs send tank/s@x | { ${sandbox.paths.bin}/zfs list >/dev/null; ${sandbox.paths.bin}/zfs receive tank/late; }`,
      )
      expect(piped).toMatchObject({ status: 0, stderr: '' })
      expect((await shell('cmp /tank/s/big /tank/late/big')).status).toBe(0)
    })

    test('diff tells what changed since a snapshot', async () => {
      await must('create', 'tank/f')
      await shell('cd /tank/f && echo a >a && echo b >b && mkdir d')
      await must('snapshot', 'tank/f@s')
      await shell('cd /tank/f && echo more >>a && rm b && echo c >d/c')
      const lines = (await must('diff', 'tank/f@s')).trimEnd().split('\n')
      expect(lines).toEqual(expect.arrayContaining(['M\t/tank/f/a', '-\t/tank/f/b', '+\t/tank/f/d/c', 'M\t/tank/f/d']))
    })

    test('commands at the same time do not lose each other’s work', async () => {
      await must('create', 'tank/m')
      const results = await Promise.all([...'abcdef'].map((name) => zfs('create', `tank/m/${name}`)))
      expect(results.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0])
      expect(await names('-r', 'tank/m')).toHaveLength(7)
      const same = await Promise.all([zfs('create', 'tank/m/z'), zfs('create', 'tank/m/z')])
      expect(same.filter(({ status }) => status === 0)).toHaveLength(1)
    })

    test('a full disk is one for writers, and everything can still be read', async () => {
      await must('create', 'tank/e')
      await must('create', 'tank/e/old')
      writeFileSync(inHost('tank/e/before'), 'x')
      await sandbox.fault('disk-full', 'on')
      expect((await zfs('create', 'tank/e/new')).stderr).toBe("cannot create 'tank/e/new': out of space\n")
      const written = await shell('head -c 9000000 /dev/urandom >/tank/e/big')
      expect(written.status).not.toBe(0)
      expect(written.stderr).toContain('No space left on device')
      expect(readFileSync(inHost('tank/e/before'), 'utf8')).toBe('x')
      await must('destroy', 'tank/e/old')
      await sandbox.fault('disk-full', 'off')
      expect(readdirSync(inHost('tank/e'))).not.toContain('old')
      await must('create', 'tank/e/new')
      writeFileSync(inHost('tank/e/after'), 'y')
    })

    test('a running jail’s file system can be snapshotted but not taken away', async () => {
      await must('create', '-p', 'tank/j/root')
      await shell('cd /tank/j/root && mkdir dev proc && echo before >file')
      await sandbox.must('jail', '-c', 'name=pin', 'path=/tank/j/root', 'persist')
      await must('snapshot', '-r', 'tank/j@s')
      // Through the running jail's own root: what it sees and what the host sees must stay one.
      const inside = await shell('echo after >"/proc/$(pgrep -n -x jail)/root/file"; cat /tank/j/root/file')
      expect(inside).toMatchObject({ status: 0, stdout: 'after\n' })
      for (const argv of [
        ['destroy', '-r', 'tank/j'],
        ['rename', 'tank/j', 'tank/j2'],
        ['unmount', 'tank/j/root'],
        ['rollback', 'tank/j/root@s'],
      ]) {
        const refused = await zfs(...argv)
        expect(refused.status).toBe(1)
        expect(refused.stderr).toMatch(/busy/i)
      }
      expect(readFileSync(inHost('tank/j/root/file'), 'utf8')).toBe('after\n')
      await sandbox.must('jail', '-r', 'pin')
      await must('rollback', 'tank/j/root@s')
      expect(readFileSync(inHost('tank/j/root/file'), 'utf8')).toBe('before\n')
      await must('destroy', '-r', 'tank/j')
    })

    test.runIf(storage === 'zfs')(
      'kill -9 of zfs-fuse ends the jails on it and keeps what was written with fsync',
      async () => {
        await must('create', '-p', 'tank/z/root/below')
        await shell('cd /tank/z/root && mkdir dev proc && echo x | dd of=file conv=fsync')
        await sandbox.must('jail', '-c', 'name=onzfs', 'path=/tank/z/root', 'persist')
        await shell('kill -9 $(pgrep -x zfs-fuse)')
        expect(await must('get', '-H', '-o', 'value', 'mounted', 'tank/z/root/below')).toBe('yes\n')
        expect(readFileSync(inHost('tank/z/root/file'), 'utf8')).toBe('x\n')
        expect((await sandbox.run(['jls', '-j', 'onzfs', 'jid'])).status).toBe(1)
        await must('destroy', '-r', 'tank/z')
      },
    )

    test('a sandbox that is halted comes back with everything', async () => {
      await must('create', 'tank/h')
      writeFileSync(inHost('tank/h/file'), 'x')
      await must('set', 'org.example:note=kept', 'tank/h')
      writeFileSync(inHost('tank/h/last'), 'y')
      await haltSandbox(sandbox.paths)
      expect(existsSync(inHost('tank'))).toBe(false)
      expect(await must('get', '-H', '-o', 'value', 'org.example:note', 'tank/h')).toBe('kept\n')
      expect(readdirSync(inHost('tank/h'))).toEqual(['file', 'last'])
    })

    test('kill -9 of the host in the middle of commands leaves a pool that works', async () => {
      await must('create', 'tank/k')
      writeFileSync(inHost('tank/k/file'), 'x')
      await must('snapshot', 'tank/k@s')
      const running = [...'abcdefgh'].map((name) => zfs('clone', 'tank/k@s', `tank/k/${name}`))
      await Promise.race(running)
      await killHost(sandbox)
      const done = (await Promise.all(running)).map(({ status }) => status)
      const there = await names('-r', 'tank/k')
      for (const [index, status] of done.entries())
        if (status === 0) expect(there).toContain(`tank/k/${'abcdefgh'[index]}`)
      for (const name of there) expect(readFileSync(path.join(inHost(name), 'file'), 'utf8')).toBe('x')
      await must('destroy', '-r', 'tank/k')
      expect(existsSync(inHost('tank/k'))).toBe(false)
    })
  })
})
