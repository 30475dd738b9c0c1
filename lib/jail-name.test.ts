import { describe, expect, test } from 'vitest'
import {
  JailName,
  expandJailNames,
  jailNameProblem,
  nameInTheWay,
  parseJailNames,
  takenNameProblem,
} from './jail-name.ts'

describe('names of jails', () => {
  test.each(['www', 'web01', 'template', 'a', 'A-b_c', '0day', 'small', 'x'.repeat(63)])('%s is a name', (name) => {
    expect(JailName.safeParse(name).success).toBe(true)
  })

  test.each([
    ['-rf', /dash/],
    ['a b', /blank/],
    ['www\n', /line break/],
    ['x'.repeat(200), /at most 63/],
    ['ALL', /reserved/],
    ['all', /reserved/],
    ['default', /reserved/],
    ['help', /reserved/],
    ['SMALL', /ALL in capitals/],
    ['a.b', /no dot/],
    ['../etc', /starts with/],
    ['a/b', /only letters/],
    ['wwẃ', /only letters/],
    ['', /name/],
  ])('%j is refused with the reason', (name, reason) => {
    const result = JailName.safeParse(name)
    expect(result.success).toBe(false)
    expect(result.error?.issues.map(({ message }) => message).join(' ')).toMatch(reason)
  })

  test('a reserved word is refused in any case', () => {
    for (const word of ['All', 'DEFAULT', 'Help']) expect(jailNameProblem(word)).toBeDefined()
  })
})

describe('a name in the way', () => {
  test('equal, also with . for _', () => {
    expect(nameInTheWay('a_b', ['a.b'])).toEqual({ name: 'a.b', equal: true })
  })
  test('a prefix in either direction, since iocage takes prefixes for names', () => {
    expect(nameInTheWay('we', ['web'])).toEqual({ name: 'web', equal: false })
    expect(nameInTheWay('web01', ['web'])).toEqual({ name: 'web', equal: false })
  })
  test('none', () => {
    expect(nameInTheWay('www', ['db', 'mail'])).toBeUndefined()
  })
})

describe('ranges', () => {
  test.each([
    ['web01 … web05', ['web01', 'web02', 'web03', 'web04', 'web05']],
    ['web01...web03', ['web01', 'web02', 'web03']],
    ['web[8-10]', ['web8', 'web9', 'web10']],
    ['db[01-02]-test', ['db01-test', 'db02-test']],
    ['www', ['www']],
  ])('%s', (text, names) => {
    expect(expandJailNames(text)).toEqual(names)
  })
  test.each(['web5 … web1', 'web[1-99]'])('%s cannot be read', (text) => {
    expect(expandJailNames(text)).toBeUndefined()
  })
})

describe('what a form calls names', () => {
  test('several, mixed with ranges', () => {
    expect(parseJailNames(' db, web[01-02] ,mail ')).toEqual({
      names: ['db', 'web01', 'web02', 'mail'],
      problem: undefined,
    })
    expect(parseJailNames('')).toEqual({ names: [], problem: undefined })
  })
  test('too many, also by several ranges', () => {
    expect(parseJailNames('a[1-99]').problem).toMatch(/upwards/)
    expect(parseJailNames('a[01-30], b[01-30]').problem).toMatch(/60 names are too many/)
  })
})

describe('a name that is not free', () => {
  const taken = { tags: ['www', 'web01'], uuids: ['b650df9e-f7e8-48b8-b18b-1992cd005473'] }
  test('equal, alike in the beginning, or the beginning of a UUID', () => {
    expect(takenNameProblem('www', taken)).toBe('There is a jail or template named www already.')
    expect(takenNameProblem('web', taken)).toMatch(/begin alike/)
    expect(takenNameProblem('B650', taken)).toMatch(/UUID/)
    expect(takenNameProblem('db', taken)).toBeUndefined()
  })
})
