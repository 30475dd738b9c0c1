/** Parts of a fetch by the time they take: most is the download of the base. */
const SHARE_OF_DOWNLOAD = 0.85

/** Files of a release in the order of download with their share of it; those that are missing count as done. */
const FILES: readonly (readonly [file: string, from: number, to: number])[] = [
  ['MANIFEST', 0, 0.01],
  ['base.txz', 0.01, 0.8],
  ['lib32.txz', 0.8, 0.9],
  ['doc.txz', 0.9, 0.92],
  ['src.txz', 0.92, 1],
]

/**
 * Part done (0 to 1) that a line of `iocage fetch` tells, in both dialects: `Downloading: base.txz [####----] 40%` and
 * `Downloading: base.txz:  40%|…`; undefined for other lines.
 */
export function fetchProgress(line: string): number | undefined {
  const download = /Downloading\s*: (\S+?):?\s.*?(\d{1,3})%/.exec(line)
  if (download !== null) {
    const [from, to] = (FILES.find(([file]) => file === download[1])?.slice(1) as [number, number] | undefined) ?? [
      0, 1,
    ]
    return SHARE_OF_DOWNLOAD * (from + (to - from) * Math.min(1, Number(download[2]) / 100))
  }
  if (/^\s*Extracting: /.test(line)) return /base\.txz/.test(line) ? 0.87 : 0.95
  if (/^\s*\* Updating /.test(line)) return 0.97
  return undefined
}
