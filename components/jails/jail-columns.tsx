import {
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import type { ReactNode } from 'react'
import { byReleaseNewestFirst } from '@/lib/freebsd-releases.ts'
import type { Jail, JailAddress } from '@/lib/jail.ts'
import { addressText, shortUuid } from '@/lib/jail.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { byAddress, byName, byState } from './filter-jails.ts'
import { JailBadges } from './jail-badges.tsx'
import { JailState } from './jail-state.tsx'

export const jailTableFeatures = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
})

const helper = createColumnHelper<typeof jailTableFeatures, Jail>()

const mono = 'font-mono text-xs'
const Dash = () => <span className="text-text-third">-</span>
const orDash = (text: string | null | undefined): ReactNode =>
  text === null || text === undefined || text === '' ? <Dash /> : text

/** The first address, and how many more: `10.0.1.6, +1`. */
export function ShortAddresses({ addresses }: { addresses: readonly JailAddress[] }) {
  const [first, ...more] = addresses
  if (first === undefined) return <Dash />
  return (
    <span title={more.length > 0 ? addressText(addresses) : undefined}>
      {first.address}
      {more.length > 0 && `, +${more.length}`}
    </span>
  )
}

/** How a column lies in the table. Widths in CSS pixels; `grow`: its share of the room that is left. */
interface Layout {
  width: number
  grow?: number
  /** Order in which columns give way where there is no room: the highest first; without it never. */
  yields?: number
  className?: string
}

/** Every column of the table of jails but its controls. `tag` is always there. */
export const jailColumns = helper.columns([
  helper.accessor('jid', {
    header: 'JID',
    cell: ({ row }) => orDash(row.original.jid?.toString()),
    sortFn: (a, b) => (a.original.jid ?? Number.MAX_SAFE_INTEGER) - (b.original.jid ?? Number.MAX_SAFE_INTEGER),
  }),
  helper.accessor('state', {
    header: 'State',
    cell: ({ row }) => <JailState jail={row.original} />,
    sortFn: (a, b) => byState(a.original, b.original),
  }),
  helper.accessor('tag', {
    header: 'Tag',
    cell: ({ row }) => row.original.tag,
    sortFn: (a, b) => byName(a.original.tag, b.original.tag),
    enableHiding: false,
  }),
  helper.accessor('release', {
    header: 'Release',
    cell: ({ row }) => orDash(row.original.release),
    sortFn: (a, b) => byReleaseNewestFirst(b.original.release ?? '', a.original.release ?? ''),
  }),
  helper.accessor((jail) => addressText(jail.ip4), {
    id: 'ip4',
    header: 'IP4',
    cell: ({ row }) => <ShortAddresses addresses={row.original.ip4} />,
    sortFn: (a, b) => byAddress(a.original, b.original),
  }),
  helper.accessor((jail) => jail.source?.name ?? '', {
    id: 'source',
    header: 'Made from',
    cell: ({ row }) => <SourceName jail={row.original} />,
    sortFn: (a, b) => byName(a.original.source?.name ?? '', b.original.source?.name ?? ''),
  }),
  helper.accessor('boot', {
    header: 'Boot',
    cell: ({ row }) =>
      row.original.driver === null ? <Dash /> : row.original.boot ? 'yes' : <span className="text-text-third">no</span>,
    sortFn: (a, b) => Number(b.original.boot) - Number(a.original.boot),
  }),
  helper.accessor((jail) => jail.uuid ?? '', {
    id: 'uuid',
    header: 'UUID',
    cell: ({ row }) => (
      <span title={row.original.uuid ?? undefined}>
        {orDash(row.original.uuid === null ? null : shortUuid(row.original.uuid))}
      </span>
    ),
    sortFn: (a, b) => byName(a.original.uuid ?? '', b.original.uuid ?? ''),
  }),
  helper.accessor('hostHostname', {
    header: 'Host name',
    cell: ({ row }) => orDash(row.original.hostHostname),
    sortFn: (a, b) => byName(a.original.hostHostname, b.original.hostHostname),
  }),
  helper.accessor('lastStarted', {
    header: 'Last started',
    cell: ({ row }) => (row.original.lastStarted === null ? <Dash /> : <RelativeTime at={row.original.lastStarted} />),
    sortFn: (a, b) => (a.original.lastStarted ?? '').localeCompare(b.original.lastStarted ?? ''),
  }),
  helper.accessor('notes', {
    header: 'Notes',
    cell: ({ row }) => <span title={row.original.notes}>{orDash(row.original.notes)}</span>,
    sortFn: (a, b) => byName(a.original.notes, b.original.notes),
  }),
  helper.display({
    id: 'badges',
    header: () => <span className="sr-only">Marks</span>,
    cell: ({ row }) => <JailBadges jail={row.original} />,
    enableSorting: false,
    enableHiding: false,
  }),
])

export const jailColumnIds = [
  'jid',
  'state',
  'tag',
  'release',
  'ip4',
  'source',
  'boot',
  'uuid',
  'hostHostname',
  'lastStarted',
  'notes',
] as const
export type JailColumnId = (typeof jailColumnIds)[number]

/** What each column is called in the menu of columns. */
export const jailColumnNames: Record<JailColumnId, string> = {
  jid: 'JID',
  state: 'State',
  tag: 'Tag',
  release: 'Release',
  ip4: 'IP4',
  source: 'Made from',
  boot: 'Boot',
  uuid: 'UUID',
  hostHostname: 'Host name',
  lastStarted: 'Last started',
  notes: 'Notes',
}

/** What is shown while nobody chose. Today's iocage has names where the older one has UUIDs. */
export const defaultColumns = (hasUuids: boolean): JailColumnId[] => [
  'jid',
  'state',
  'tag',
  'release',
  'ip4',
  'source',
  'boot',
  ...(hasUuids ? (['uuid'] as const) : []),
]

const layouts: Record<JailColumnId | 'badges', Layout> = {
  jid: { width: 32, className: `${mono} text-right`, yields: 1 },
  state: { width: 92 },
  tag: { width: 96, grow: 1.4, className: 'font-medium' },
  release: { width: 118, grow: 0.2, className: mono, yields: 0 },
  ip4: { width: 104, grow: 0.3, className: mono },
  source: { width: 116, grow: 0.4, className: 'text-text-second', yields: 3 },
  boot: { width: 44, yields: 4 },
  uuid: { width: 80, className: `${mono} text-text-second`, yields: 5 },
  hostHostname: { width: 124, grow: 0.5, className: mono },
  lastStarted: { width: 112, className: 'text-text-second' },
  notes: { width: 140, grow: 1, className: 'text-text-second' },
  badges: { width: 112, grow: 0.7 },
}

export const columnLayout = (id: string): Layout => layouts[id as JailColumnId | 'badges']

/** Room left and right of the columns: the box to select, the controls, and the gaps between (CSS pixels). */
const EDGE_WIDTH = 36 + 112
const GAP = 12

/** Width that columns need, in CSS pixels. */
const needed = (ids: readonly string[]): number =>
  ids.reduce((sum, id) => sum + columnLayout(id).width + GAP, EDGE_WIDTH)

/** The columns that there is room for: those that yield go one by one, what people need least first. */
export function fittingColumns(ids: readonly JailColumnId[], widthPx: number): JailColumnId[] {
  let left = [...ids]
  while (needed([...left, 'badges']) > widthPx) {
    const next = left
      .filter((id) => columnLayout(id).yields !== undefined)
      .toSorted((a, b) => (columnLayout(b).yields ?? 0) - (columnLayout(a).yields ?? 0))[0]
    if (next === undefined) break
    left = left.filter((id) => id !== next)
  }
  return left
}

/** `grid-template-columns` of a row with these columns, the box before them and the controls after. */
export const gridColumns = (ids: readonly string[]): string =>
  [
    '36px',
    ...ids.map((id) => {
      const { width, grow } = columnLayout(id)
      return grow === undefined ? `${width}px` : `minmax(${width}px, ${grow}fr)`
    }),
    '112px',
  ].join(' ')

/** Least width of a row with these columns, in CSS pixels: below it the table scrolls sideways. */
export const rowMinWidth = (ids: readonly string[]): number => needed(ids)

/** Where a jail came from, in a word. */
export function SourceName({ jail: { source } }: { jail: Jail }) {
  if (source === null) return <Dash />
  return <span title={`${source.kind} ${source.name}`}>{source.kind === 'empty' ? 'empty' : source.name}</span>
}
