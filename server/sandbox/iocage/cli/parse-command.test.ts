import { expect, test } from 'vitest'
import { readCapture } from '../captures/read-capture.ts'
import { commandSpecs } from './command-specs.ts'
import { commandHelp, programHelp } from './format-help.ts'
import { globalOptions } from './global-options.ts'
import { parseCommand } from './parse-command.ts'

const spec = (name: string, dialect: '0.9.7' | '1.13' = '1.13') => {
  const found = commandSpecs(dialect).find((each) => each.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}
const parse = (name: string, ...argv: string[]) => parseCommand(spec(name), argv, { capital: true })
const captured = (command: string) => readCapture('session-1.13.txt').find((each) => each.command === command)

test('options and arguments in any order, values attached or separate', () => {
  const parsed = parse('create', 'boot=on', '-r14.3-RELEASE', '-n', 'www', '--count=2', 'vnet=on')
  expect(parsed.args).toEqual(['boot=on', 'vnet=on'])
  expect(parsed.values).toMatchObject({ release: '14.3-RELEASE', name: 'www', count: '2' })
})

test('what follows -- is no option', () => {
  expect(parse('start', '--', '-x').args).toEqual(['-x'])
  expect(() => parse('start', '-x')).toThrow('No such option: -x')
  expect(parse('create', '-n', '-x').values['name']).toBe('-x')
})

test('exec takes its own options out of the command wherever they stand', () => {
  expect(parse('exec', 'www', 'rm', '-f', 'x').args).toEqual(['www', 'rm', 'x'])
  expect(parse('exec', 'www', 'tar', '-xpf', 'a').args).toEqual(['www', 'tar', '-x', 'a'])
  expect(parse('exec', 'www', 'ps', '-u', 'root').args).toEqual(['www', 'ps'])
  expect(parse('exec', 'www', '--', 'rm', '-f', 'x').args).toEqual(['www', 'rm', '-f', 'x'])
  expect(parse('exec', 'www', 'ls', '--color').args).toEqual(['www', 'ls', '--color'])
})

test('mistakes in the words of click', () => {
  expect(() => parse('list', '--bogus')).toThrow(captured('iocage list --bogus')?.stderr.split('Error: ')[1])
  expect(() => parse('create', '-n')).toThrow("Option '-n' requires an argument.")
  expect(() => parse('list', '--long=1')).toThrow("Option '--long' does not take a value.")
  expect(() => parseCommand(spec('start', '0.9.7'), ['-x'], { capital: false })).toThrow('no such option: -x')
})

test('a switch can be turned off again', () => {
  expect(parse('fetch', '--noupdate').values['update']).toBe('')
  expect(parse('fetch', '-NU').values['update']).toBe('')
  expect(parse('fetch', '-U').on('update')).toBe(true)
})

test('help as captured', () => {
  expect(commandHelp(spec('start')).trimEnd()).toBe(captured('iocage start --help')?.stdout)
  expect(commandHelp(spec('get')).trimEnd()).toBe(captured('iocage get --help')?.stdout)
  expect(programHelp(globalOptions('1.13'), commandSpecs('1.13')).trimEnd()).toBe(captured('iocage')?.stdout)
})

test('0.9.7 takes -h of list for --http, so only -H prints without headings', () => {
  const parsed = parseCommand(spec('list', '0.9.7'), ['-h'], { capital: false })
  expect(parsed.on('header')).toBe(false)
  expect(parseCommand(spec('list', '0.9.7'), ['-H'], { capital: false }).on('header')).toBe(true)
})
