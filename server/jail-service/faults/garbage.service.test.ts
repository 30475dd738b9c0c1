import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWords, type Dialect, iocage, jailsOf, type Rig, rowOf, shown } from './test-changes.ts'
import { FAULT_TIMEOUT_MS, isLong, someOf } from '../../fault-runs.ts'
import { nothingHangs, startRig } from './test-rig.ts'
import { makeStandIn, type StandIn } from './test-stand-in.ts'

/**
 * What iocage keeps and what the host's commands print is garbage. Remedies: one jail's file marks one row, a listing that
 * is none leaves what was known, with its age; every line is checked before it counts.
 */
const as = { as: 'admin' }
const traceback = 'Traceback (most recent call last):\n  File "/usr/local/bin/iocage", line 10\nKeyError: 0\n'
const dialect: Dialect = '1.13'

describe('garbage', () => {
  let rig: Rig & AsyncDisposable
  const stands = new Map<string, StandIn>()
  const commands = ['iocage', 'jls', 'zfs', 'zpool'] as const
  const stand = (name: (typeof commands)[number]) => stands.get(name) as StandIn

  beforeAll(async () => {
    rig = await startRig(dialect, (bin) => {
      for (const name of commands) stands.set(name, makeStandIn(bin, name))
      return { args: commands.flatMap((name) => [`--${name}`, stand(name).file]) }
    })
    for (const tag of ['www', 'db', 'mail']) await iocage(rig, ...createWords(dialect, tag), '-e')
    await iocage(rig, ...createWords(dialect, 'runs'), '-r', '14.3-RELEASE')
    await iocage(rig, 'start', 'runs')
    await shown(rig, 'runs', (jail) => jail?.state === 'up')
  })
  afterAll(async () => {
    await rig[Symbol.asyncDispose]()
    for (const one of stands.values()) one[Symbol.dispose]()
  })
  const good = ['db down', 'mail down', 'runs up', 'www down']
  const states = async () => (await jailsOf(rig)).map(({ tag, state }) => `${tag} ${state}`).toSorted()
  const problems = async () =>
    (await rig.service.must('host.snapshot', {}, as)).host.problems.map(({ summary }) => summary).join(' ')

  const bytes = (text: string) => Buffer.from(text, 'latin1')
  const configs: [string, (whole: string) => Buffer][] = [
    ['a traceback', () => bytes(traceback)],
    ['None', () => bytes('None')],
    ['CORRUPT', () => bytes('CORRUPT')],
    ['half of it', (whole) => bytes(whole.slice(0, whole.length / 2))],
    ['nothing', () => bytes('')],
    ['wrong UTF-8', (whole) => Buffer.concat([bytes(whole.slice(0, 10)), Buffer.from([0xff, 0xfe, 0xc0, 0x80])])],
    ['NULs, as a lost block leaves them', (whole) => Buffer.alloc(whole.length)],
    ['5 MB', (whole) => bytes(whole.replace('{', `{"x": "${'y'.repeat(5_000_000)}",`))],
    ['a list', () => bytes('[1, 2, 3]')],
    ['deep nesting', () => bytes('['.repeat(200_000))],
  ]
  const folderOf = async (id: string) => {
    const { output } = await rig.sandbox.run('zfs', 'get', '-H', '-o', 'value', 'mountpoint', 'tank/iocage')
    return path.join(rig.sandbox.files, output.trim(), 'jails', id.replace('iocage:', ''))
  }
  const changed = (file: string, contents: Buffer) => {
    writeFileSync(`${file}.tmp`, contents)
    renameSync(`${file}.tmp`, file)
  }

  test.each(someOf(configs, 3))(
    'config.json holds %s: its row is marked, the rest stands',
    { timeout: FAULT_TIMEOUT_MS },
    async (_, made) => {
      const { id } = (await rowOf(rig, 'www')) ?? { id: '' }
      const folder = await folderOf(id)
      const file = path.join(folder, 'config.json')
      const whole = readFileSync(file, 'utf8')
      changed(file, made(whole))
      await expect.poll(states, { timeout: 20_000 }).toEqual(['db down', 'mail down', 'runs up', 'www unreadable'])
      const row = await rowOf(rig, 'www')
      expect(row?.problem).toMatch(/^config\.json (is|does) [^\n]{5,200}\.$/)
      expect(await rig.service.call('jail.start', { id }, as)).toMatchObject({ ok: false, error: { code: 'conflict' } })
      expect((await rig.service.call('jail.detail', { id }, as)).ok).toBe(true)
      changed(file, bytes(whole))
      await expect.poll(states, { timeout: 20_000 }).toEqual(good)
    },
  )

  test('config.json with CRLF is as good as any', { timeout: FAULT_TIMEOUT_MS }, async () => {
    const { id } = (await rowOf(rig, 'www')) ?? { id: '' }
    const file = path.join(await folderOf(id), 'config.json')
    const whole = JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), notes: 'CRLF' }, null, 2)
    changed(file, bytes(whole.replaceAll('\n', '\r\n')))
    await expect.poll(async () => (await rowOf(rig, 'www'))?.notes, { timeout: 20_000 }).toBe('CRLF')
    expect(await states()).toEqual(good)
  })

  const garbage: [string, string[]][] = [
    ['a traceback and an error', [`printf '%s' '${traceback}' >&2`, 'exit 1']],
    ['a traceback and success', [`printf '%s' '${traceback}'`]],
    ['None', ['echo None']],
    ['nothing', ['exit 0']],
    ['wrong UTF-8', [`printf '\\377\\376\\300\\200\\n'`]],
    ['5 MB without a line', ['head -c 5000000 /dev/zero | tr "\\0" x']],
    ['half of its output', []],
    ['a warning before its output', []],
    ['its output with CRLF', []],
    ['an error when asked for a place', []],
  ]
  const script = (name: string, what: string, lines: string[]) => {
    const real = `${rig.sandbox.bin}/${name} "$@"`
    if (what === 'half of its output') return [`${real} | (read -r line; printf '%.20s' "$line")`]
    if (what === 'a warning before its output')
      return ['echo "WARNING: a kernel module is older than this program"', `exec ${real}`]
    if (what.startsWith('an error when'))
      return ['case "$*" in *mountpoint*) echo "internal error: out of memory" >&2; exit 1;; esac', `exec ${real}`]
    if (what === 'its output with CRLF') return [`${real} | sed 's/$/\\r/'`]
    return lines
  }
  /** What it prints at every call, and that it was called. */
  const become = (name: (typeof commands)[number], ...lines: string[]) => {
    writeFileSync(calls(name), '')
    stand(name).be(`echo "$*" >> ${calls(name)}`, ...lines)
  }
  const calls = (name: (typeof commands)[number]) => `${stand(name).file}.calls`
  /** The regular look at pools and versions, each 15 s, has been made with what is there now. */
  const probed = () =>
    expect
      .poll(() => readFileSync(calls('zpool'), 'utf8').split('\n').length, { timeout: 60_000, interval: 100 })
      .toBeGreaterThan(2)
  const points = someOf(
    commands
      .flatMap((name) => garbage.map(([what, lines]) => ({ name, what, lines })))
      // That is what zpool prints on a host whose pools were exported: its jails are gone then.
      .filter(({ name, what }) => name !== 'zpool' || what !== 'nothing')
      // What is asked each 15 s only takes long: not in each run.
      .filter(({ name }) => isLong || name === 'jls'),
    2,
  )

  test.each(points)(
    '$name prints $what: what was known stands',
    { timeout: FAULT_TIMEOUT_MS },
    async ({ name, what, lines }) => {
      const passOn = (one: string) => `exec ${rig.sandbox.bin}/${one} "$@"`
      if (name !== 'zpool') become('zpool', passOn('zpool'))
      become(name, ...script(name, what, lines))
      // Whoever asks for something that is looked at anew is answered, well or in words.
      const { id } = (await rowOf(rig, 'www')) ?? { id: '' }
      for (const [verb, input] of [
        ['host.storage', {}],
        ['host.network', {}],
        ['jail.detail', { id }],
        ['change.preview', { verb: 'jail.start', input: { id } }],
      ] as const) {
        const answer = await rig.service.call(verb, input, as)
        if (!answer.ok) expect(answer.error.message).toMatch(/^[^\n]{10,300}[.)]$/)
      }
      // jls is asked all the time, the others now and then.
      if (name === 'jls' && !/CRLF|place/.test(what))
        await expect.poll(problems, { timeout: 20_000 }).toMatch(/jls|What runs/)
      if (name !== 'jls') await probed()
      expect(await states()).toEqual(good)
      // What is done in a terminal meanwhile is seen; a pool that is said to be gone takes its jails along.
      if (!(name === 'zpool' && what === 'nothing')) {
        await iocage(rig, 'set', `notes=${name} ${what}`, 'www')
        await expect.poll(async () => (await rowOf(rig, 'www'))?.notes, { timeout: 20_000 }).toBe(`${name} ${what}`)
      }
      expect(await states()).toEqual(good)
      become(name, passOn(name))
      if (name === 'jls') await expect.poll(problems, { timeout: 20_000 }).toBe('')
    },
  )

  test('and all is well again', { timeout: FAULT_TIMEOUT_MS }, async () => {
    for (const one of stands.values()) one.be()
    await expect.poll(problems, { timeout: 90_000 }).toBe('')
    expect(await states()).toEqual(good)
  })

  test('no call failed for a reason of ours', async () => {
    expect(rig.service.log).not.toMatch(/TypeError|RangeError|SyntaxError/)
    await nothingHangs(rig)
  })
})
