import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzz } from '../../server/fuzz.ts'
import { verbNamed, verbNames } from './verbs.ts'
import { CallBody } from './wire.ts'

/** Anything that JSON can say, often with the words that inputs have. */
const word = fc.constantFrom(
  'id',
  'ids',
  'jails',
  'tag',
  'role',
  'password',
  'input',
  'changeId',
  '__proto__',
  'constructor',
  'toString',
)
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, -1, 1e308, '', 'admin', 'iocage:www', '--force', 'ALL'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.string({ maxLength: 8 })), tie('value'), { maxKeys: 5 }),
  ),
})).value

test(
  'whatever a body says, it is taken by its schema or refused; what is taken is taken again as it is',
  () =>
    fuzz(
      'bodies of calls, by schema',
      fc.property(json, fc.constantFrom(...verbNames), (value, name) => {
        const body = CallBody.safeParse(value)
        if (body.success) expect(Object.keys(body.data).every((key) => ['input', 'changeId'].includes(key))).toBe(true)
        const { input, audit } = verbNamed(name)
        const parsed = input.safeParse(value)
        if (!parsed.success) return
        // The words for the audit come of any input that is taken.
        if (audit !== undefined) expect(typeof audit(parsed.data).text).toBe('string')
        expect(input.safeParse(JSON.parse(JSON.stringify(parsed.data))).success).toBe(true)
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      }),
      { few: 2_000, many: 50_000 },
    ),
  FUZZ_TIMEOUT_MS,
)
