import { describe, expect, test } from 'vitest'
import { assignAddresses, assignedProblems } from './assign-addresses.ts'

const network = { name: 'igb0', address: '10.0.0.11', prefix: 8 }
const inUse = new Map([
  ['10.0.0.11', 'the host'],
  ['10.0.1.33', 'db'],
])
const base = { tags: ['web01', 'web02', 'web03'], typed: {}, first: '10.0.1.31', prefix: 24, network, inUse }
const addresses = (change: Partial<typeof base> & { typed?: Record<string, string>; first?: string | undefined }) => [
  ...assignAddresses({ ...base, ...change }).values(),
]

describe('addresses of several new jails', () => {
  test('from the proposal on, around those in use', () => {
    expect(addresses({})).toEqual(['10.0.1.31', '10.0.1.32', '10.0.1.34'])
  })
  test('a typed one takes those after it along', () => {
    expect(addresses({ typed: { web01: '10.0.7.1' } })).toEqual(['10.0.7.1', '10.0.7.2', '10.0.7.3'])
  })
  test('one typed further down is not given to another', () => {
    expect(addresses({ typed: { web03: '10.0.1.31' } })).toEqual(['10.0.1.32', '10.0.1.34', '10.0.1.31'])
  })
  test('half typed, and several of one jail', () => {
    expect(addresses({ typed: { web01: '10.0.' } })[1]).toBe('10.0.1.31')
    expect(addresses({ typed: { web01: '10.0.7.1, 10.0.7.9' } })[1]).toBe('10.0.7.10')
  })
  test('nothing where nothing can be proposed', () => {
    expect(addresses({ first: undefined })).toEqual(['', '', ''])
  })
})

describe('problems of addresses', () => {
  const problem = (text: string, required = true) =>
    assignedProblems(new Map([['web01', text]]), { prefix: 24, network, inUse, required }).get('web01')
  test.each([
    ['10.0.1.300', /not an IPv4 address/],
    ['10.0.1', /not an IPv4 address/],
    ['10.0.1.33', /in use by db/],
    ['10.0.0.11', /in use by the host/],
    ['192.168.1.1', /outside the network of igb0, 10\.0\.0\.11\/8/],
    ['10.0.1.255', /broadcast address/],
    ['10.0.1.5 10.0.1.33', /in use by db/],
    ['', /Give it an address/],
  ])('%j', (text, reason) => {
    expect(problem(text)).toMatch(reason)
  })
  test('none where it is right, or may be empty', () => {
    expect(problem('10.0.1.5')).toBeUndefined()
    expect(problem('', false)).toBeUndefined()
  })
  test('the same for two new jails', () => {
    const both = new Map([
      ['a', '10.0.1.5'],
      ['b', '10.0.1.5'],
    ])
    expect([...assignedProblems(both, { prefix: 24, network, inUse, required: true })]).toEqual([
      ['b', '10.0.1.5 is in use by a.'],
    ])
  })
})
