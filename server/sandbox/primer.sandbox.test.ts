import { readFileSync } from 'node:fs'
import path from 'node:path'
import { spawn as spawnPty } from 'node-pty'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wordsOf } from './iocage/captures/read-capture.ts'
import { testSandbox, type TestSandbox } from './iocage/test-sandbox.ts'

interface Step {
  command: string
  expected: string[]
}

/** Commands of a listing with the lines that the document shows under each. */
function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(/^```plain\n([\s\S]*?)^```/gm)].flatMap(([, listing = '']) =>
    listing
      .split(/^\$ /m)
      .slice(1)
      .map((block) => {
        const [command = '', ...expected] = block.trimEnd().split('\n')
        return { command: command.replace(/^sudo /, ''), expected: expected.filter((line) => line.trim() !== '') }
      }),
  )
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Takes out what differs on every host: UUIDs, sizes, the ethernet address, flags; the page's blanks for a tab. */
function normal(line: string): string {
  return line
    .replace(UUID, 'UUID')
    .replace(/^(\| \S+ +\| )[0-9a-f]{8} \|/, '$1UUID8    |')
    .replace(/^ {4}/, '\t')
    .replace(/ether [0-9a-f:]{17}/, 'ether MAC')
    .replace(/flags=[0-9a-f]+<[^>]*>/, 'flags=FLAGS')
    .replace(/options=[0-9a-f]+<[^>]*>/, 'options=OPTIONS')
    .replace(/(?<=\s)([\d.]+[BKMGTP]|0)(?=\s)/g, 'SIZE')
    .replace(/ +/g, ' ')
    .trimEnd()
}

/** Types lines into a command on a terminal of its own, each after the prompt of the one before; all that was shown. */
function typeInto(
  file: string,
  argv: string[],
  env: NodeJS.ProcessEnv,
  lines: string[],
): Promise<{ text: string; status: number }> {
  return new Promise((resolve) => {
    const pty = spawnPty(file, argv, { cols: 200, rows: 50, env: { ...env, TERM: 'xterm' } })
    let text = ''
    let seen = 0
    pty.onData((data) => {
      text += data
      if (/[#$%>] ?(\u001b\[[0-9;?]*[a-zA-Z])*$/.test(text.slice(seen)) && lines.length > 0) {
        seen = text.length
        pty.write(`${lines.shift() ?? ''}\r`)
      }
    })
    pty.onExit(({ exitCode }) => resolve({ text, status: exitCode }))
  })
}

describe('the primer, typed', () => {
  const steps = stepsOf(readFileSync(new URL('primer-expected.md', import.meta.url), 'utf8'))
  let sandbox: TestSandbox
  beforeAll(async () => {
    sandbox = await testSandbox('0.9.7')
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
  })

  test.each(steps.map((step, index) => ({ ...step, index })))(
    '$index: $command',
    async ({ command, expected, index }) => {
      if (command === 'hostname') return // Typed inside the console of the step before.
      if (command.startsWith('iocage console')) {
        const inside = steps[index + 1]
        const env = { ...process.env, CELLBLOCK_SANDBOX: sandbox.paths.state }
        const argv = wordsOf(command).slice(1)
        const { text, status } = await typeInto(path.join(sandbox.paths.bin, 'iocage'), argv, env, [
          inside?.command ?? '',
          'exit',
        ])
        expect(text.split(/\r?\n/)).toEqual(expect.arrayContaining(inside?.expected ?? []))
        expect(status).toBe(0)
        return
      }
      const { status, stdout, stderr } = await sandbox.run(wordsOf(command))
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
      const lines = stdout
        .split('\n')
        .map(normal)
        .filter((line) => line !== '')
      const wanted = expected.map(normal)
      if (command === 'zfs list') {
        // The document shows the new jail's datasets only.
        for (const line of wanted) expect(lines).toContain(line)
      } else if (wanted.length > 0) expect(lines).toEqual(wanted)
    },
  )

  test('the table no longer shows the template', async () => {
    expect(await sandbox.must('iocage', 'list')).not.toContain(' template ')
  })

  test('a second jail with a tag in use gets the date as its tag, and that is no error', async () => {
    const { status, stdout } = await sandbox.run(['iocage', 'create', 'tag=www', '-r', '11.0-RELEASE'])
    expect(status).toBe(0)
    expect(stdout.replace(UUID, 'UUID').replace(/\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d:\d{6}/g, 'DATE')).toBe(
      '\n  WARNING: tag: "www" in use by UUID!\n  Renaming UUID\'s tag to DATE.\n\nUUID (DATE) successfully created!\n',
    )
  })
})
