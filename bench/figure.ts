import { writeFileSync } from 'node:fs'

/** One line of the result. What could not be had is null and says why in `note`; it is never a guess. */
export interface Figure {
  what: string
  unit: string
  ours: number | null
  /** Whom it is compared with; null where the goal is a number of its own. */
  peer: string | null
  peerValue: number | null
  /** ours / peerValue. */
  ratio: number | null
  goal: string
  met: boolean | null
  note?: string
}

/** A figure with a goal of its own, or with none: then it only informs. */
export function absolute(what: string, unit: string, ours: number, goal?: { atMost: number }, note?: string): Figure {
  return {
    ...{ what, unit, ours, peer: null, peerValue: null, ratio: null },
    ...{
      goal: goal === undefined ? '' : `≤ ${goal.atMost} ${unit}`,
      met: goal === undefined ? null : ours <= goal.atMost,
    },
    ...(note === undefined ? {} : { note }),
  }
}

/** A figure beside a peer's; `goal` is about the ratio ours / theirs, without it the row only informs. */
export function relative(
  what: string,
  unit: string,
  ours: number,
  peer: { name: string; value: number },
  goal?: { atMost: number } | { atLeast: number },
  note?: string,
): Figure {
  const ratio = ours / peer.value
  const words = goal === undefined ? '' : 'atMost' in goal ? `≤ ${goal.atMost} ×` : `≥ ${goal.atLeast} ×`
  const met = goal === undefined ? null : 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast
  return {
    ...{ what, unit, ours, peer: peer.name, peerValue: peer.value, ratio, goal: words, met },
    ...(note === undefined ? {} : { note }),
  }
}

/** A row for what is not there: a peer that cannot be had, a feature that does not exist yet, a measurement that failed. */
export function missing(what: string, unit: string, goal: string, note: string, peer: string | null = null): Figure {
  return { what, unit, ours: null, peer, peerValue: null, ratio: null, goal, met: null, note }
}

/** The value below which this share (0 to 1) of the samples lies; nearest rank. NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

/** The middle of the samples; NaN without any. */
export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

const show = (value: number | null): string => {
  if (value === null) return '–'
  if (value === 0) return '0'
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** The figures as a table of fixed width. */
export function table(figures: readonly Figure[]): string {
  const head = ['what', 'unit', 'ours', 'peer', 'theirs', 'ratio', 'goal', 'met', '']
  const lines = figures.map(({ what, unit, ours, peer, peerValue, ratio, goal, met, note }) => [
    ...[what, unit, show(ours), peer ?? '', show(peerValue), ratio === null ? '' : `${show(ratio)} ×`, goal],
    ...[met === null ? '' : met ? 'yes' : 'NO', note ?? ''],
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => [...(line[column] ?? '')].length)))
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Writes the figures as JSON rows. */
export function writeFigures(file: string, figures: readonly Figure[]): void {
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`)
}
