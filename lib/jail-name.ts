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

/** What the names of a host leave to a new jail. */
export interface TakenNames {
  /** Tags of the jails and templates that the driver keeps, and of the others that are made along with this one. */
  tags: readonly string[]
  /** Whole UUIDs, where the driver takes the beginning of one for the jail; else none. */
  uuids: readonly string[]
}

/** Why a new jail cannot have a name because of what is there, in one sentence; undefined when the name is free. */
export function takenNameProblem(name: string, { tags, uuids }: TakenNames): string | undefined {
  const found = nameInTheWay(name, tags)
  if (found?.equal) return `There is a jail or template named ${found.name} already.`
  if (found !== undefined)
    return `“${name}” and ${found.name} begin alike, and iocage takes the beginning of a name for the name. Choose another.`
  const uuid = uuids.find((one) => one.startsWith(name.toLowerCase()))
  return uuid === undefined
    ? undefined
    : `“${name}” is the beginning of a jail’s UUID, ${uuid}: iocage would take it for that jail.`
}

/** Most jails that can be made at once. */
export const NEW_JAILS_MAX = 50

/**
 * The names that a text stands for: several separated by commas, each a name or a range (see `expandJailNames`).
 * `problem` says in one sentence what is wrong with the text as a whole; what is wrong with one name it does not say.
 */
export function parseJailNames(text: string): { names: string[]; problem: string | undefined } {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const names: string[] = []
  for (const part of parts) {
    const expanded = expandJailNames(part)
    if (expanded === undefined)
      return { names: [], problem: `“${part}” is no range: it runs upwards, over at most ${NEW_JAILS_MAX} names.` }
    names.push(...expanded)
  }
  if (names.length > NEW_JAILS_MAX)
    return { names: [], problem: `${names.length} names are too many at once: at most ${NEW_JAILS_MAX}.` }
  return { names, problem: undefined }
}
