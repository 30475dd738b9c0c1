import { isPastEndOfLife, offeredReleases as mirrorReleases } from '../../userland/releases.ts'
import { IocageError } from '../errors.ts'
import { hostRelease } from '../model/host-identity.ts'
import type { Iocage } from '../model/iocage-root.ts'
import { readLine } from '../prompt.ts'
import { compareReleases } from './fetched-releases.ts'
import { refuseMirrorAway } from './mirror-away.ts'

/** What the mirror offers, oldest version first, with its mark. */
function offered(): { name: string; line: string }[] {
  return mirrorReleases()
    .toSorted((a, b) => compareReleases(a.name, b.name))
    .map((release, index) => ({
      name: release.name,
      line: `[${index}] ${release.name}${isPastEndOfLife(release) ? ' (EOL)' : ''}`,
    }))
}

/** The newest release that is still looked after. */
export function latestRelease(): string {
  const supported = mirrorReleases().filter((release) => !isPastEndOfLife(release))
  return supported.toSorted((a, b) => compareReleases(b.name, a.name))[0]?.name ?? hostRelease()
}

/** `list -R`: the releases of the mirror; plugins there are none. */
export async function printOfferedReleases(iocage: Iocage, { plugins }: { plugins: boolean }): Promise<number> {
  if (plugins) throw new IocageError('A Cellblock sandbox has no plugins: they are packages of FreeBSD.')
  refuseMirrorAway(iocage)
  for (const { line } of offered()) iocage.out.info(line)
  return 0
}

/** Asks which release to fetch, by number or name; undefined when the answer was EXIT. */
export async function askForRelease(iocage: Iocage): Promise<string | undefined> {
  refuseMirrorAway(iocage)
  const releases = offered()
  for (const { line } of releases) iocage.out.info(line)
  const host = hostRelease().split('-').slice(0, 2).join('-')
  iocage.out.raw(
    iocage.dialect === '1.13'
      ? `\nType the number of the desired RELEASE\nPress [Enter] to fetch the default selection: (${host})\nType EXIT to quit: `
      : `\nWhich release do you want to fetch? (${host})\nType EXIT to quit: `,
  )
  const answer = await readLine()
  if (answer === null) throw new IocageError('Aborted!')
  const word = answer.trim()
  if (word.toLowerCase() === 'exit') return undefined
  if (word === '') {
    if (releases.some(({ name }) => name === host)) return host
    throw new IocageError('Please select an item!')
  }
  if (word.length <= 2) {
    if (!/^\d+$/.test(word)) throw new IocageError('Please select an item!')
    const chosen = releases[Number(word)]
    if (chosen === undefined) throw new IocageError(`[${word}] is not in the list!`)
    return chosen.name
  }
  if (!releases.some(({ name }) => name === word)) throw new IocageError(`'${word}' is not in list`)
  return word
}
