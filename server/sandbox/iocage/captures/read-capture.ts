import { readFileSync } from 'node:fs'

/** One command of a captured session with what it answered. */
export interface Captured {
  /** As typed, from `iocage` on. */
  command: string
  status: number
  stdout: string
  stderr: string
}

/** Reads a capture beside this file: `$ command`, `[exit N]`, `--- stdout`, `--- stderr`. */
export function readCapture(name: string): Captured[] {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  return text
    .split(/^(?=\$ )/m)
    .slice(1)
    .map((block) => {
      const section = (title: string) => {
        const found = new RegExp(`^--- ${title}\\n([\\s\\S]*?)(?=^--- |(?![\\s\\S]))`, 'm').exec(block)
        return (found?.[1] ?? '').trimEnd()
      }
      return {
        command: (/^\$ (.*)$/m.exec(block)?.[1] ?? '').trim(),
        status: Number(/^\[exit (\d+)\]/m.exec(block)?.[1]),
        stdout: section('stdout'),
        stderr: section('stderr'),
      }
    })
}

/** The words of a captured command, quotes taken away as a shell does. */
export function wordsOf(command: string): string[] {
  const words = command.match(/(?:[^\s"]|"(?:\\.|[^"\\])*")+/g) ?? []
  return words.map((word) => word.replace(/"((?:\\.|[^"\\])*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1')))
}
