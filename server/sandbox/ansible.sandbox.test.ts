import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from './run-program.ts'
import type { Dialect } from './state.ts'
import { testSandbox, type TestSandbox } from './test-sandbox.ts'

/** What `ANSIBLE_STDOUT_CALLBACK=json` prints, as far as it is looked at. */
interface Report {
  plays: {
    tasks: { task: { name: string }; hosts: Record<string, { stdout?: string; mode?: string; msg?: string }> }[]
  }[]
}

const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - name: hostname
      command: hostname
    - name: copy
      copy:
        src: greeting.txt
        dest: /root/greeting-{{ inventory_hostname }}.txt
        mode: "0640"
    - name: read
      command: cat /root/greeting-{{ inventory_hostname }}.txt
`

const hasAnsible = (await runProgram('ansible-playbook', ['--version'], {})).status === 0

test.skipIf(hasAnsible)('Ansible reaches jails', (context) => context.skip('the package ansible is not installed'))

// Its plugins read iocage's tag, so nothing but the tag needs to be known of a jail.
describe.skipIf(!hasAnsible || process.getuid?.() !== 0).each<Dialect>(['0.9.7', '1.13'])(
  'an unmodified Ansible with iocage %s, by the folder of commands in PATH',
  (dialect) => {
    let sandbox: TestSandbox
    const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-ansible-'))

    beforeAll(async () => {
      sandbox = await testSandbox(dialect)
      await sandbox.must('iocage', 'activate', 'tank')
      await sandbox.must('iocage', 'fetch', '-r', '14.3-RELEASE')
      const named = dialect === '1.13' ? ['-n', 'www'] : ['tag=www']
      await sandbox.must('iocage', 'create', '-r', '14.3-RELEASE', ...named)
      await sandbox.must('iocage', 'set', 'host_hostname=www.example.org', 'www')
      await sandbox.must('iocage', 'start', 'www')
    })
    afterAll(async () => {
      await sandbox[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    test('reaches a jail by tag, runs hostname, copies a file', async () => {
      const kernelName = (await sandbox.must('jls', 'name')).trim()
      const hosts = {
        primer: 'ansible_connection=iocage ansible_host=www',
        iocage: 'ansible_connection=community.general.iocage ansible_host=www',
        jail: `ansible_connection=community.general.jail ansible_host=${kernelName}`,
      }
      const lines = Object.entries(hosts).map(
        ([name, words]) => `${name} ${words} ansible_python_interpreter=/usr/bin/python3`,
      )
      writeFileSync(path.join(folder, 'inventory'), `${lines.join('\n')}\n`)
      writeFileSync(path.join(folder, 'playbook.yml'), PLAYBOOK)
      writeFileSync(path.join(folder, 'greeting.txt'), 'hello from outside\n')
      const { status, stdout, stderr } = await runProgram('ansible-playbook', ['-i', 'inventory', 'playbook.yml'], {
        cwd: folder,
        env: {
          ...process.env,
          PATH: `${sandbox.paths.bin}:${process.env['PATH']}`,
          HOME: folder,
          ANSIBLE_STDOUT_CALLBACK: 'json',
        },
      })
      expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, ''])
      const tasks = (JSON.parse(stdout) as Report).plays[0]?.tasks ?? []
      const answers = (task: string) => tasks.find(({ task: { name } }) => name === task)?.hosts ?? {}
      for (const name of Object.keys(hosts)) {
        expect(answers('hostname')[name]).toMatchObject({ stdout: 'www.example.org' })
        expect(answers('copy')[name]).toMatchObject({ mode: '0640' })
        expect(answers('read')[name]).toMatchObject({ stdout: 'hello from outside' })
      }
      expect(await sandbox.must('jexec', kernelName, 'cat', '/root/greeting-primer.txt')).toBe('hello from outside\n')
    })

    test('is told when there is no such jail', async () => {
      const words = ['nobody', '-i', 'nobody,', '-e', 'ansible_connection=iocage', '-m', 'command', '-a', 'hostname']
      const { status, stdout, stderr } = await runProgram('ansible', words, {
        cwd: folder,
        env: { ...process.env, PATH: `${sandbox.paths.bin}:${process.env['PATH']}`, HOME: folder },
      })
      expect(status).not.toBe(0)
      expect(stdout + stderr).toMatch(/iocage returned an error: .*nobody.* not found!/)
    })
  },
)
