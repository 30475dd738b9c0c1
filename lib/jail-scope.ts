import { z } from 'zod'

/** A tag, or a pattern of tags: `*` stands for any characters, `?` for one. */
export const TagPattern = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_.*?-]{1,64}$/, 'A pattern has letters, digits, dots, dashes, underscores, * and ?.')

/** Which jails someone is limited to; null: all. */
export const JailScope = z.array(TagPattern).min(1, 'Name at least one jail, or allow all.').max(50).nullable()
export type JailScope = z.infer<typeof JailScope>

/** Whether a tag fits a pattern, as a whole. Takes time in proportion to both lengths, whatever the pattern. */
export function tagMatches(pattern: string, tag: string): boolean {
  let [p, t] = [0, 0]
  let [star, retry] = [-1, 0]
  while (t < tag.length)
    if (pattern[p] === '*') {
      star = p
      retry = t
      p += 1
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === tag[t])) {
      p += 1
      t += 1
    } else if (star >= 0) {
      // The last star takes one character more.
      p = star + 1
      retry += 1
      t = retry
    } else return false
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** Whether a tag is within all of some limits (a user's, and a token's of that user). */
export const isWithin = (limits: readonly (readonly string[])[], tag: string): boolean =>
  limits.every((patterns) => patterns.some((pattern) => tagMatches(pattern, tag)))

/** Patterns out of a text field: separated by blanks or commas. */
export const patternsOf = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '')
