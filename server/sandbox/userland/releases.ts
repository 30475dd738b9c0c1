/** A release that the sandbox's mirror offers. */
export interface OfferedRelease {
  /** `14.3-RELEASE` */
  name: string
  /** What freebsd-version(1) of its base says: `14.3-RELEASE-p5`. */
  version: string
  /** Last day with security fixes, `YYYY-MM-DD`, as freebsd.org's security pages announced it. */
  endOfLife: string
}

const offer = (number: string, patchLevel: number, endOfLife: string): OfferedRelease => ({
  name: `${number}-RELEASE`,
  version: `${number}-RELEASE${patchLevel === 0 ? '' : `-p${patchLevel}`}`,
  endOfLife,
})

const OFFERED: readonly OfferedRelease[] = [
  offer('15.1', 1, '2027-03-31'),
  offer('15.0', 4, '2026-09-30'),
  offer('14.4', 2, '2026-12-31'),
  offer('14.3', 5, '2026-06-30'),
  offer('13.5', 6, '2026-04-30'),
  offer('12.4', 9, '2023-12-31'),
  offer('11.4', 13, '2021-09-30'),
  offer('11.0', 9, '2017-11-30'),
]

/** The releases on the mirror, the newest first. */
export const offeredReleases = (): readonly OfferedRelease[] => OFFERED

/** Whether a release gets no security fixes any more on the day of `at`. */
export const isPastEndOfLife = ({ endOfLife }: OfferedRelease, at = new Date()): boolean =>
  at.toISOString().slice(0, 10) > endOfLife
