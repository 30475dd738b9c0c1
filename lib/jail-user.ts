import { z } from 'zod'

/** Name of a user inside a jail as pw(8) allows it, and never anything that reads as a flag. */
export const JailUserName = z
  .string()
  .max(32, 'A user name has at most 32 characters.')
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*\$?$/, 'Not a user name.')

/** One line of a jail's passwd(5), as far as a console needs it. */
export const JailUser = z.object({
  name: JailUserName,
  uid: z.number().int(),
  /** Full name of the gecos field; empty when there is none. */
  fullName: z.string(),
  home: z.string(),
  shell: z.string(),
  /** Why a login shell would end at once, in a sentence; null when it would not. */
  noLogin: z.string().nullable(),
})
export type JailUser = z.infer<typeof JailUser>

/** Shells that only say no (nologin(8) and friends). */
const NO_SHELLS = /\/(nologin|false|true|sync|git-shell)$/

/** The users of a passwd(5) file: root first, then people, then the system's. Lines that are none are left out. */
export function parsePasswd(text: string): JailUser[] {
  const seen = new Set<string>()
  const users: JailUser[] = []
  for (const line of text.split('\n')) {
    const [name = '', , uidText = '', , gecos = '', home = '', shell = ''] = line.split(':')
    if (!JailUserName.safeParse(name).success || !/^\d{1,10}$/.test(uidText) || seen.has(name)) continue
    seen.add(name)
    users.push({
      name,
      uid: Number(uidText),
      fullName: printable(gecos.split(',')[0] ?? ''),
      home: printable(home),
      shell: printable(shell) === '' ? '/bin/sh' : printable(shell),
      noLogin: NO_SHELLS.test(shell) ? `${name} has no login shell (${printable(shell)}).` : null,
    })
  }
  const rank = ({ uid, noLogin }: JailUser) => (uid === 0 ? 0 : noLogin === null ? 1 : 2)
  return users.toSorted((a, b) => rank(a) - rank(b) || a.uid - b.uid)
}

/** A jail's root writes its passwd: control characters do not get any further. */
// eslint-disable-next-line no-control-regex
const printable = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '').slice(0, 200)

/** A command for a console, as it would be typed at the jail's shell. */
export const ConsoleCommand = z
  .string()
  .trim()
  .min(1, 'Say what to run.')
  .max(1_000, 'At most 1,000 characters.')
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'One line, without control characters.')
