import type { Dataset } from '@/lib/host.ts'

export const datasetViews = ['tree', 'name', 'used'] as const
export type DatasetView = (typeof datasetViews)[number]

export interface DatasetRow {
  dataset: Dataset
  /** How deep it stands in the tree; 0 in a flat list. */
  depth: number
  /** What is shown of its name: the last part in a tree. */
  label: string
  /** Whether others stand below it, shown or folded; null where nothing can be. */
  fold: 'open' | 'folded' | null
}

interface DatasetFilter {
  view: DatasetView
  search: string
  /** Names of folded datasets; a search looks into them all the same. */
  folded: ReadonlySet<string>
  tagOf: (jailId: string) => string | undefined
}

const parentOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))

/**
 * Datasets as they are shown: `zfs list`'s order by name as a tree or flat, or the biggest first. Found are those whose
 * name, mountpoint or jail has the text; in a tree with everything above them.
 */
export function datasetRows(
  datasets: readonly Dataset[],
  { view, search, folded, tagOf }: DatasetFilter,
): { rows: DatasetRow[]; found: number } {
  const wanted = search.trim().toLowerCase()
  const isFound = ({ name, mountpoint, jailId }: Dataset) =>
    `${name}\n${mountpoint}\n${jailId === null ? '' : (tagOf(jailId) ?? '')}`.toLowerCase().includes(wanted)
  const found = datasets.filter(isFound)
  if (view !== 'tree') {
    const sorted = view === 'used' ? found.toSorted((a, b) => b.usedBytes - a.usedBytes) : found.toSorted(byName)
    return {
      rows: sorted.map((dataset) => ({ dataset, depth: 0, label: dataset.name, fold: null })),
      found: found.length,
    }
  }
  const names = new Set(datasets.map(({ name }) => name))
  const parents = new Set(datasets.map(({ name }) => parentOf(name)))
  const shown = new Set(found.map(({ name }) => name))
  if (wanted !== '')
    for (const { name } of found) for (let up = parentOf(name); up !== ''; up = parentOf(up)) shown.add(up)
  const isHidden = (name: string) => {
    if (wanted !== '') return false
    for (let up = parentOf(name); up !== ''; up = parentOf(up)) if (folded.has(up)) return true
    return false
  }
  return {
    rows: datasets
      .filter(({ name }) => shown.has(name) && !isHidden(name))
      .toSorted(byName)
      .map((dataset) => {
        const { name } = dataset
        const isTop = !names.has(parentOf(name))
        return {
          dataset,
          depth: name.split('/').length - 1,
          label: isTop ? name : name.slice(name.lastIndexOf('/') + 1),
          fold: !parents.has(name) ? null : folded.has(name) && wanted === '' ? 'folded' : 'open',
        }
      }),
    found: found.length,
  }
}

/** A dataset right before what lies below it, as zfs(8) sorts. */
function byName({ name: a }: Dataset, { name: b }: Dataset): number {
  const as = a.split('/')
  const bs = b.split('/')
  const at = as.findIndex((part, n) => part !== bs[n])
  if (at < 0) return as.length - bs.length
  const [left, right] = [as[at] ?? '', bs[at]]
  return right === undefined ? 1 : left < right ? -1 : 1
}

/** Bytes used by datasets together; what lies below another one of them is counted in it already. */
export function sumUsed(datasets: readonly Dataset[]): number {
  const names = new Set(datasets.map(({ name }) => name))
  const isCounted = (name: string) => {
    for (let up = parentOf(name); up !== ''; up = parentOf(up)) if (names.has(up)) return true
    return false
  }
  return datasets.reduce((sum, { name, usedBytes }) => (isCounted(name) ? sum : sum + usedBytes), 0)
}
