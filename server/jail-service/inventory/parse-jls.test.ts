import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeJails } from './merge-jails.ts'
import { parseJls } from './parse-jls.ts'

const capture = (name: string) =>
  readFileSync(new URL(`./captures/${name}.txt`, import.meta.url), 'utf8').replace(/^.*\n/, '')

describe('jls --libxo json', () => {
  test('with -v: numbers, and no dying jails', () => {
    expect(parseJls(capture('jls-v'))).toEqual([
      {
        jid: 1,
        name: 'ioc-www',
        hostname: 'www',
        path: '/tank/iocage/jails/www/root',
        ip4: ['10.0.1.2'],
        ip6: [],
      },
    ])
  })
  test('with parameter names: everything is a string', () => {
    expect(parseJls(capture('jls-parameters'))).toMatchObject([{ jid: 1, ip4: ['10.0.1.2', '10.0.1.3'] }])
  })
  test('nothing runs', () => {
    expect(parseJls('{"__version": "2", "jail-information": {"jail": []}}\n')).toEqual([])
    expect(parseJls('{"__version": "1", "jail-information": {}}\n')).toEqual([])
  })
  test.each(['', 'jls: not found', '[]', '{"jail-information": 3}', 'Traceback (most recent call last):'])(
    '%j is no listing',
    (text) => {
      expect(parseJls(text)).toBeUndefined()
    },
  )
  test('a row that makes no sense harms no other', () => {
    const listing = JSON.parse(capture('jls-v')) as { 'jail-information': { jail: unknown[] } }
    fc.assert(
      fc.property(fc.anything(), (nonsense) => {
        const jail = [nonsense, ...listing['jail-information'].jail]
        const text = JSON.stringify({ 'jail-information': { jail } })
        return parseJls(text)?.some(({ name }) => name === 'ioc-www') === true
      }),
    )
  })
})

describe('jails that no driver keeps', () => {
  const running = { jid: 3, name: 'byhand', hostname: 'byhand', path: '/srv/byhand', ip4: ['10.0.1.9'], ip6: [] }
  test('are shown, readable, with the reason why they cannot be changed', () => {
    const [jail] = mergeJails('host', [], [running])
    expect(jail).toMatchObject({ id: 'kernel:byhand', driver: null, state: 'up', jid: 3, tag: 'byhand' })
    expect(jail?.readOnly).toMatch(/not made by iocage/)
  })
  test('with the owner that their folder tells', () => {
    const [jail] = mergeJails('host', [], [{ ...running, path: '/usr/local/bastille/jails/byhand/root' }])
    expect(jail?.readOnly).toMatch(/Bastille/)
  })
})
