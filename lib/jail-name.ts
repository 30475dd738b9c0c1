import { z } from 'zod'

/**
 * Longest tag that the panel gives a jail, in characters: one label of a host name (RFC 1123), which also keeps the
 * jail's mount paths below the 88 characters of older FreeBSD.
 */
export const JAIL_NAME_MAX = 63

/**
 * A tag that is safe everywhere: starts with a letter or digit (so it is never read as an option), has no dot (`a.b` is
 * `a_b` to the kernel and Ansible cannot reach it), no blank, no newline; not reserved; no upper-case `ALL` inside
 * (iocage would act on every jail). `template` is allowed: the primer's own jail has that name.
 */
export const JailName = z
  .string()
  .min(1, 'Give the jail a name.')
  .max(JAIL_NAME_MAX, `A name has at most ${JAIL_NAME_MAX} characters.`)
  .superRefine((name, context) => {
    const problem = jailNameProblem(name)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })
  .brand<'JailName'>()
export type JailName = z.infer<typeof JailName>

/** Words that iocage reads as something else than a jail's name (iocage-contract 1.2), in lower case. */
const RESERVED = new Set(['all', 'default', 'help'])

/** What is wrong with a name, in one sentence with the way out; undefined when it may be used. Says nothing about length. */
export function jailNameProblem(name: string): string | undefined {
  if (name === '') return undefined
  if (/[\n\r\t ]/.test(name)) return 'A name has no blanks or line breaks. Use a dash: web-01.'
  if (name.startsWith('-')) return 'A name cannot start with a dash: commands would read it as an option.'
  if (!/^[A-Za-z0-9]/.test(name)) return 'A name starts with a letter or a digit.'
  if (name.includes('.')) return 'A name has no dot: the kernel would turn it into an underscore. Use a dash.'
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return 'A name has only letters, digits, dashes and underscores.'
  if (RESERVED.has(name.toLowerCase())) return `“${name}” is a reserved word: iocage gives it a meaning of its own.`
  if (name.includes('ALL')) return 'A name cannot contain ALL in capitals: iocage would act on every jail.'
  return undefined
}

/**
 * The name, among `taken`, that gets in the way of `name`: equal to it, or one that is a prefix of the other, since iocage takes a
 * prefix for the name (iocage-contract 8.6). Compared as iocage compares: `.` and `_` alike.
 */
export function nameInTheWay(name: string, taken: readonly string[]): { name: string; equal: boolean } | undefined {
  const same = name.replaceAll('.', '_')
  const equal = taken.find((other) => other.replaceAll('.', '_') === same)
  if (equal !== undefined) return { name: equal, equal: true }
  const prefix = taken.find((other) => other.startsWith(name) || name.startsWith(other))
  return prefix === undefined ? undefined : { name: prefix, equal: false }
}

/**
 * The names that a pattern with a range stands for: `web01 … web05` and `web[01-05]` give five, a plain name itself.
 * Undefined when the text is a range that cannot be read (backwards, more than 50).
 */
export function expandJailNames(text: string): string[] | undefined {
  const trimmed = text.trim()
  const bracket = /^(.*)\[(\d+)-(\d+)\](.*)$/.exec(trimmed)
  const dotted = /^(.*?)(\d+)\s*(?:…|\.\.\.?)\s*\1(\d+)$/.exec(trimmed)
  const [prefix, from, to, suffix] = bracket
    ? [bracket[1], bracket[2], bracket[3], bracket[4]]
    : dotted
      ? [dotted[1], dotted[2], dotted[3], '']
      : []
  if (from === undefined || to === undefined) return [trimmed]
  const first = Number(from)
  const count = Number(to) - first + 1
  if (count < 1 || count > 50) return undefined
  return Array.from({ length: count }, (_, n) => `${prefix}${String(first + n).padStart(from.length, '0')}${suffix}`)
}
