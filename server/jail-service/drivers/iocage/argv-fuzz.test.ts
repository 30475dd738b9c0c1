import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PoolName, ReleaseName } from '@/lib/contract/host-verbs.ts'
import { SettableProperty } from '@/lib/contract/jail-verbs.ts'
import { JailName } from '@/lib/jail-name.ts'
import { jailPropertyProblem } from '@/lib/jail-properties.ts'
import { JailUserName } from '@/lib/jail-user.ts'
import { shellLine } from '@/lib/job.ts'
import { FUZZ_TIMEOUT_MS, fuzz, isSame } from '../../../fuzz.ts'
import { commandSpecs } from '../../../sandbox/iocage/cli/command-specs.ts'
import { parseCommand } from '../../../sandbox/iocage/cli/parse-command.ts'
import type { Dialect } from './dialect.ts'
import { createArgv, destroyArgv, setArgv, stateArgv } from './iocage-argv.ts'

/**
 * Whatever the validators accept, iocage reads as exactly what was meant: never an option, never another jail. Read back
 * by the sandbox's copy of iocage's own command line parser, which shares nothing with the validators.
 */
const dialects: readonly Dialect[] = ['name', 'uuid-tag']
const specs = {
  name: new Map(commandSpecs('1.13').map((spec) => [spec.name, spec])),
  'uuid-tag': new Map(commandSpecs('0.9.7').map((spec) => [spec.name, spec])),
}

/** What iocage makes of a command: its arguments and the options that are set. */
function readBack([program, verb = '', ...rest]: readonly string[], dialect: Dialect) {
  if (program !== 'iocage' || rest.some((word) => word.includes('\0'))) throw new Error('this cannot be run')
  const spec = specs[dialect].get(verb)
  if (spec === undefined) throw new Error(`iocage has no command ${verb}`)
  const { args, values, lists } = parseCommand(spec, rest, { capital: dialect === 'name' })
  return { args, options: { ...values, ...lists } }
}

/** As a matcher says it, only faster: it is asked millions of times. */
function mustBe(is: unknown, wanted: unknown): void {
  if (!isSame(is, wanted)) expect(is).toEqual(wanted)
}

/** Names near the border: mostly good characters, now and then one that means something to somebody. */
const nearName = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...'abcxyzABLZ0189_-') },
      // Letters and digits of others, and the ones that become ours when their case is changed.
      { weight: 1, arbitrary: fc.constantFrom('é', '\u212a', '\u0131', '\u0130', '٣', '２', 'ﬁ', 'а', '\u0301') },
      { weight: 1, arbitrary: fc.constantFrom('ALL', 'default', 'help', 'web', '--force', '-f', '\n', ' ', '.', '/') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
const name = fc.oneof(
  { weight: 6, arbitrary: nearName },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 70 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'aZ9-_'), minLength: 60, maxLength: 66 }) },
  { weight: 1, arbitrary: fc.constantFrom('ALL', 'all', 'Default', 'HELP', 'smALL', 'tall', 'aALLb', '-', '_a', '') },
)

/** The rule of names in other words than the validator's. */
const isGoodName = (text: string): boolean =>
  [...text].every((character) => 'abcdefghijklmnopqrstuvwxyz0123456789_-'.includes(character.toLowerCase())) &&
  // toLowerCase makes K of the Kelvin sign.
  Buffer.byteLength(text) === text.length &&
  text.length >= 1 &&
  text.length <= 63 &&
  !'-_'.includes(text.charAt(0)) &&
  text.split('ALL').length === 1 &&
  !['all', 'default', 'help'].includes(text.toLowerCase())

test(
  'a name is accepted exactly when it is safe, and is read by iocage as that one name',
  () =>
    fuzz(
      'names of jails',
      fc.property(name, (tag) => {
        const accepted = JailName.safeParse(tag)
        if (accepted.success !== isGoodName(tag))
          throw new Error(`${JSON.stringify(tag)} ${accepted.success ? 'is accepted' : 'is refused'}`)
        if (!accepted.success) return
        for (const dialect of dialects) {
          const jail = { word: tag, dialect }
          for (const verb of ['start', 'stop', 'restart'] as const)
            mustBe(readBack(stateArgv(verb, jail), dialect), { args: [tag], options: {} })
          mustBe(readBack(destroyArgv(jail), dialect), { args: [tag], options: { force: 'true' } })
          const made = readBack(
            createArgv({ tag: accepted.data, source: { kind: 'template', name: tag } }, dialect),
            dialect,
          )
          mustBe(
            made,
            dialect === 'name'
              ? { args: [], options: { name: tag, template: tag } }
              : { args: [`tag=${tag}`], options: { template: tag } },
          )
        }
      }),
      { few: 3_000, many: 1_000_000, cases: [['\u212A']] },
    ),
  FUZZ_TIMEOUT_MS,
)

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ...['=', '-', '--', '-f', ' ', "'", '"', '\\', '$(id)', '`id`', '\n', '\0', 'none', 'on', 'off', '10.0.0.1'],
        ...['igb0|', '/24', ',', ';', 'exec_prestart=/x', '\u001b', '\u0085', '日', '--name', 'a', '.', 'example'],
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
)

test(
  'a property is read by iocage as that one property with that one value',
  () =>
    fuzz(
      'values of properties',
      fc.property(fc.constantFrom(...SettableProperty.options), value, (property, text) => {
        if (jailPropertyProblem(property, text) !== undefined) return
        for (const dialect of dialects)
          for (const argv of setArgv([[property, text]], { word: 'www', dialect })) {
            const { args, options } = readBack(argv, dialect)
            mustBe(options, {})
            const [word = '', jail, ...more] = args
            mustBe([jail, more], ['www', []])
            const at = word.indexOf('=')
            mustBe([word.slice(0, at), word.slice(at + 1)], [property, text])
          }
      }),
      { few: 3_000, many: 1_000_000 },
    ),
  FUZZ_TIMEOUT_MS,
)

const nearWord = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        ...['14.3', '-RELEASE', '-STABLE', '-RC1', '1', '.', '-', '/', '..', 'tank', 'root', 'http://', '\n', '$', '_'],
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join('')),
)

test(
  'releases, pools and users are plain words too',
  () =>
    fuzz(
      'other names',
      fc.property(nearWord, (word) => {
        if (ReleaseName.safeParse(word).success) {
          for (const dialect of dialects)
            mustBe(readBack(['iocage', 'fetch', '-r', word], dialect), { args: [], options: { release: word } })
          expect(word).not.toMatch(/[/:\s]/)
        }
        if (PoolName.safeParse(word).success)
          for (const dialect of dialects)
            mustBe(readBack(['iocage', 'activate', word], dialect), { args: [word], options: {} })
        if (JailUserName.safeParse(word).success) expect(word).toMatch(/^[^-/:\s][^/:\s]*$/)
      }),
      { few: 3_000, many: 1_000_000 },
    ),
  FUZZ_TIMEOUT_MS,
)

/** Lines in one go of the shell. */
const LINES = 500
const argvs = fc.array(
  fc.array(fc.oneof(value, name), { minLength: 1, maxLength: 4 }).map((words) =>
    words.map((word) =>
      word
        .replaceAll('\0', '')
        // What is no Unicode cannot be passed to a program at all.
        .replaceAll(/\p{Surrogate}/gu, ''),
    ),
  ),
  { minLength: LINES, maxLength: LINES },
)

test(
  'a command that is shown means in a shell what ran',
  () =>
    fuzz(
      'lines for a shell, 500 each',
      fc.property(argvs, (all) => {
        const script = all.map((argv) => `printf '%s\\0' ${shellLine(argv)}\nprintf '\\1\\0'`).join('\n')
        const { stdout } = spawnSync('/bin/sh', ['-s'], { input: script, encoding: 'utf8' })
        expect(stdout).toBe(all.map((argv) => argv.map((word) => `${word}\0`).join('') + '\u0001\0').join(''))
      }),
      { few: 4, many: 400 },
    ),
  FUZZ_TIMEOUT_MS,
)
