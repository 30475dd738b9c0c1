import { describe, expect, test } from 'vitest'
import { CAPABILITIES, Role, jailRefusal, roleCan, roleRefusal } from './capabilities.ts'
import { isReadVerb, verbNames, verbs } from './contract/verbs.ts'

describe('roles', () => {
  test('each role holds all rights of the one before', () => {
    const [viewer, operator, admin] = Role.options.map((role) =>
      CAPABILITIES.filter((capability) => roleCan(role, capability)),
    )
    expect(operator).toEqual(expect.arrayContaining(viewer ?? []))
    expect(admin).toEqual(expect.arrayContaining(operator ?? []))
    expect(admin).toHaveLength(CAPABILITIES.length)
  })
  test('a viewer changes nothing but the own account', () => {
    const changes = verbNames.filter((name) => {
      const { kind, access } = verbs[name]
      return kind === 'change' && access !== 'anyone' && roleCan('viewer', access)
    })
    expect(changes.every((name) => verbs[name].access.startsWith('account:'))).toBe(true)
  })
  test('a refusal says who can help', () => {
    expect(roleRefusal('viewer', 'jail:start')).toMatch(/viewer, cannot start jails. An admin/)
    expect(roleRefusal('operator', 'jail:start')).toBeUndefined()
  })
})

describe('the contract', () => {
  test('every change has words for the audit, no read has', () => {
    for (const name of verbNames) expect('audit' in verbs[name], name).toBe(!isReadVerb(name))
  })
  test('unknown fields are refused by every verb', () => {
    for (const name of verbNames)
      expect(
        verbs[name].input.safeParse({ surprise: 1 }).error?.issues.some(({ code }) => code === 'unrecognized_keys'),
        name,
      ).toBe(true)
  })
})

describe('what a jail’s state allows', () => {
  const jail = { state: 'down', kind: 'jail', tag: 'www', readOnly: null, problem: null } as const
  test.each([
    ['start', { ...jail }, undefined],
    ['start', { ...jail, state: 'up' }, /already up/],
    ['stop', { ...jail }, /not running/],
    ['openConsole', { ...jail }, /Start it first/],
    ['destroy', { ...jail, state: 'up' }, /Stop it first/],
    ['convertToTemplate', { ...jail, state: 'up' }, /Stop it first/],
    ['start', { ...jail, kind: 'template' }, /template/],
    ['start', { ...jail, readOnly: 'not made by iocage' }, /not made by iocage/],
    ['openConsole', { ...jail, state: 'up', readOnly: 'not made by iocage' }, undefined],
    ['start', { ...jail, state: 'unreadable', problem: 'config.json, line 14' }, /line 14/],
    ['destroy', { ...jail, state: 'unreadable' }, undefined],
  ] as const)('%s of %o', (verb, facts, reason) => {
    if (reason === undefined) expect(jailRefusal(verb, facts)).toBeUndefined()
    else expect(jailRefusal(verb, facts)).toMatch(reason)
  })
})
