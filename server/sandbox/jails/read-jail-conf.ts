import { readFileSync } from 'node:fs'
import { JailError } from './jail-error.ts'
import { type JailParameters, putParameter } from './jail-parameters.ts'

type Token = { kind: 'word'; text: string } | { kind: 'mark'; text: string }

/** The jails of a jail.conf, by name, with what stands outside of every block given to each. */
export function readJailConf(file: string): Map<string, JailParameters> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new JailError(`${file}: No such file or directory`)
  }
  const tokens = tokensOf(text, file)
  const jails = new Map<string, JailParameters>()
  const common: JailParameters = new Map()
  let at = 0
  const next = () => tokens[at++]
  while (at < tokens.length) {
    const first = next()
    if (first?.kind !== 'word') throw new JailError(`${file}: syntax error near ${first?.text ?? 'the end'}`)
    if (tokens[at]?.kind === 'mark' && tokens[at]?.text === '{') {
      at++
      const parameters: JailParameters = new Map(common)
      putParameter(parameters, 'name', first.text)
      while (tokens[at] !== undefined && tokens[at]?.text !== '}') at = statement(tokens, at, parameters, file)
      if (next()?.text !== '}') throw new JailError(`${file}: syntax error: a block has no end`)
      if (first.text === '*') for (const [name, value] of parameters) common.set(name, value)
      else jails.set(first.text, parameters)
    } else at = statement(tokens, at - 1, common, file)
  }
  for (const [name, parameters] of jails) expandVariables(name, parameters)
  return jails
}

/** `name;` `name = value, value;` `name += value;`: answers where the next one begins. */
function statement(tokens: readonly Token[], start: number, into: JailParameters, file: string): number {
  let at = start
  const name = tokens[at++]
  if (name?.kind !== 'word') throw new JailError(`${file}: syntax error near ${name?.text ?? 'the end'}`)
  const sign = tokens[at]
  if (sign?.kind === 'mark' && (sign.text === '=' || sign.text === '+=')) {
    at++
    let add = sign.text === '+='
    for (;;) {
      const value = tokens[at++]
      if (value?.kind !== 'word') throw new JailError(`${file}: syntax error near ${value?.text ?? 'the end'}`)
      set(into, name.text, value.text, add)
      if (tokens[at]?.text !== ',') break
      at++
      add = true
    }
  } else set(into, name.text, undefined, false)
  if (tokens[at]?.text === ';') return at + 1
  if (tokens[at]?.text === '}') return at
  throw new JailError(`${file}: syntax error near ${tokens[at]?.text ?? 'the end'}`)
}

function set(into: JailParameters, name: string, value: string | undefined, add: boolean): void {
  // Variables are kept beside the parameters until all are read.
  if (name.startsWith('$')) into.set(name, [value ?? ''])
  else putParameter(into, name, value, add)
}

function expandVariables(jail: string, parameters: JailParameters): void {
  const lookUp = (name: string) =>
    (name === 'name' ? jail : (parameters.get(`$${name}`) ?? parameters.get(name))?.at(-1)) ?? ''
  for (const [name, values] of parameters)
    parameters.set(
      name,
      values.map((value) =>
        value.replace(/\$(?:\{([\w.]+)\}|(\w+))/g, (_, braced?: string, plain?: string) =>
          lookUp(braced ?? plain ?? ''),
        ),
      ),
    )
  for (const name of [...parameters.keys()]) if (name.startsWith('$')) parameters.delete(name)
}

function tokensOf(text: string, file: string): Token[] {
  const tokens: Token[] = []
  const pattern =
    /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|(\+=|[=;,{}])|((?:[^\s"'=;,{}#+]|\+(?!=))+)/y
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null) throw new JailError(`${file}: syntax error near ${text.slice(at, at + 20)}`)
    const [, double, single, mark, word] = match
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (double !== undefined) tokens.push({ kind: 'word', text: double.replace(/\\([\s\S])/g, '$1') })
    else if (single !== undefined) tokens.push({ kind: 'word', text: single })
  }
  return tokens
}
