/**
 * Last day of support by release, as https://www.freebsd.org/security/ and …/security/unsupported/ name it. For a
 * release that is still supported it is the announced day, which may move.
 */
const endOfLife: Readonly<Record<string, string>> = {
  '9.3-RELEASE': '2016-12-31',
  '10.0-RELEASE': '2015-02-28',
  '10.1-RELEASE': '2016-12-31',
  '10.2-RELEASE': '2016-12-31',
  '10.3-RELEASE': '2018-04-30',
  '10.4-RELEASE': '2018-10-31',
  '11.0-RELEASE': '2017-11-30',
  '11.1-RELEASE': '2018-09-30',
  '11.2-RELEASE': '2019-10-31',
  '11.3-RELEASE': '2020-09-30',
  '11.4-RELEASE': '2021-09-30',
  '12.0-RELEASE': '2020-02-29',
  '12.1-RELEASE': '2021-01-31',
  '12.2-RELEASE': '2022-03-31',
  '12.3-RELEASE': '2023-03-31',
  '12.4-RELEASE': '2023-12-31',
  '13.0-RELEASE': '2022-08-31',
  '13.1-RELEASE': '2023-07-31',
  '13.2-RELEASE': '2024-06-30',
  '13.3-RELEASE': '2024-12-31',
  '13.4-RELEASE': '2025-06-30',
  '13.5-RELEASE': '2026-04-30',
  '14.0-RELEASE': '2024-09-30',
  '14.1-RELEASE': '2025-03-31',
  '14.2-RELEASE': '2025-09-30',
  '14.3-RELEASE': '2026-06-30',
  '14.4-RELEASE': '2026-12-31',
  '15.0-RELEASE': '2026-09-30',
  '15.1-RELEASE': '2027-03-31',
}

/** Day of a release's end of life as an ISO date; null when it is not known. */
export const releaseEndOfLife = (release: string): string | null => endOfLife[release] ?? null

/** Whether a release is past its end of life on a day given in milliseconds since 1970; false when not known. */
export function isPastEndOfLife(release: string, nowMs: number): boolean {
  const day = releaseEndOfLife(release)
  return day !== null && Date.parse(`${day}T23:59:59Z`) < nowMs
}

/** Releases that were supported on a day, newest first: what can be offered when no mirror can be asked. */
export function supportedReleases(nowMs: number): string[] {
  return Object.keys(endOfLife)
    .filter((release) => !isPastEndOfLife(release, nowMs))
    .sort(byReleaseNewestFirst)
}

/** Order of releases, newest first: `14.3` before `14.1` before `9.3`. */
export function byReleaseNewestFirst(a: string, b: string): number {
  const parts = (release: string) => release.split(/[.-]/).map(Number)
  const [aMajor = 0, aMinor = 0] = parts(a)
  const [bMajor = 0, bMinor = 0] = parts(b)
  return bMajor - aMajor || bMinor - aMinor || a.localeCompare(b)
}
