import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { spawn as spawnPty } from 'node-pty'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasZfsFuse, testSandbox, type TestSandbox } from './test-sandbox.ts'

interface Step {
  command: string
  expected: string[]
}

/** Commands of the document's listings, with the lines that it shows under each. */
function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(/^```plain\n([\s\S]*?)^```/gm)].flatMap(([, listing = '']) =>
    listing
      .split(/^\$ /m)
      .slice(1)
      .map((block) => {
        const [command = '', ...expected] = block.trimEnd().split('\n')
        // The page shows blanks where ifconfig prints a tab.
        return { command, expected: expected.map((line) => line.replace(/^ {4}/, '\t')) }
      }),
  )
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/

/** Sizes by their place: the column keeps its width. */
const withoutSizes = (line: string) => line.replace(/ +[\d.]+[BKMGTP]?(?= )/g, (cell) => '#'.padStart(cell.length))

/** Types one line after the other at a console's prompt; what was shown, and the exit code. */
function typeInto(bin: string, command: string, lines: string[]): Promise<{ shown: string[]; status: number }> {
  return new Promise((resolve) => {
    const pty = spawnPty('/bin/sh', ['-c', command], {
      cols: 200,
      rows: 50,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH']}`, TERM: 'xterm' },
    })
    const left = [...lines]
    let text = ''
    let typedAt = 0
    pty.onData((data) => {
      text += data
      const prompt = /[#$%>] ?$/.test(stripVTControlCharacters(text.slice(typedAt)))
      if (!prompt || left.length === 0) return
      typedAt = text.length
      pty.write(`${left.shift() ?? ''}\r`)
    })
    pty.onExit(({ exitCode }) => resolve({ shown: stripVTControlCharacters(text).split(/\r*\n/), status: exitCode }))
  })
}

describe.each(['folders', 'zfs'])('the primer, typed, on %s', (storage) => {
  describe.skipIf(storage === 'zfs' && !hasZfsFuse)('', () => {
    const steps = stepsOf(readFileSync(new URL('primer-expected.md', import.meta.url), 'utf8'))
    /** The document's UUIDs, and what they are here. */
    const uuids = new Map<string, string>()
    let sandbox: TestSandbox
    beforeAll(async () => {
      sandbox = await testSandbox('0.9.7', storage)
    })
    afterAll(async () => {
      await sandbox[Symbol.asyncDispose]()
    })

    /** The document's line with this sandbox's UUIDs. */
    const here = (line: string) =>
      [...uuids].reduce(
        (text, [theirs, ours]) => text.replaceAll(theirs, ours).replaceAll(theirs.slice(0, 8), ours.slice(0, 8)),
        line,
      )

    test.each(steps.map((step, index) => ({ ...step, index })))(
      '$index: $command',
      async ({ command, expected, index }) => {
        // Typed inside the console of the step before.
        if (command === 'hostname') return
        if (command.startsWith('sudo iocage console')) {
          const inside = steps[index + 1]
          expect(inside?.command).toBe('hostname')
          const { shown, status } = await typeInto(sandbox.paths.bin, command.replace('sudo ', ''), [
            'hostname',
            'exit',
          ])
          const typed = shown.findIndex((line) => line.endsWith(' hostname'))
          expect(shown.slice(typed, typed + 2)).toEqual([
            expect.stringMatching(/^root@template:~ # hostname$/),
            ...(inside?.expected ?? []),
          ])
          expect(status).toBe(0)
          return
        }
        const { status, stdout, stderr } = await sandbox.shell(command)
        // 0.9.7's progress goes to standard error.
        expect([status, command.includes('fetch') ? '' : stderr]).toEqual([0, ''])
        let lines = stdout.trimEnd().split('\n')
        const created = UUID.exec(expected[0] ?? '')?.[0]
        if (command.includes('create') && created !== undefined) uuids.set(created, UUID.exec(stdout)?.[0] ?? 'none')
        // What the document shows nothing of may print its usual lines.
        if (expected.length === 0) return
        let wanted = expected.map(here)
        if (command === 'zfs list') {
          // The document shows the new jail's datasets only.
          const jail = uuids.get('2ae9abbc-4070-4af1-8056-432e81ee1f84') ?? ''
          lines = lines.filter((line) => line.startsWith('NAME ') || line.includes(jail)).map(withoutSizes)
          wanted = wanted.map(withoutSizes)
        }
        expect(lines).toEqual(wanted)
      },
    )

    test('the table no longer shows the template', async () => {
      expect(await sandbox.must('iocage', 'list')).not.toContain(' template ')
    })

    test('a second jail with a tag in use gets the date as its tag, and that is no error', async () => {
      const { status, stdout } = await sandbox.run(['iocage', 'create', 'tag=www', '-r', '11.0-RELEASE'])
      expect(status).toBe(0)
      expect(
        stdout.replace(new RegExp(UUID, 'g'), 'UUID').replace(/\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d:\d{6}/g, 'DATE'),
      ).toBe(
        '\n  WARNING: tag: "www" in use by UUID!\n  Renaming UUID\'s tag to DATE.\n\nUUID (DATE) successfully created!\n',
      )
    })
  })
})
