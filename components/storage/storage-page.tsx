'use client'

import { useQuery } from '@tanstack/react-query'
import { Database } from 'lucide-react'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useDeferredValue, useState } from 'react'
import type { Dataset, Pool } from '@/lib/host.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { ReadAge } from '../live/read-age.tsx'
import { readQuery } from '../live/read-query.ts'
import { useAllJails, useHost } from '../live/use-live-data.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Select } from '../ui/field.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { type DatasetRow, datasetRows, datasetViews, sumUsed } from './dataset-rows.ts'
import { DatasetTable } from './dataset-table.tsx'
import { PoolList } from './pool-list.tsx'

/** Sizes change without an event: how often they are read while one looks, in milliseconds. */
const READ_EVERY_MS = 15_000

const viewOptions = [
  { value: 'tree', label: 'As a tree' },
  { value: 'name', label: 'By name' },
  { value: 'used', label: 'Biggest first' },
]

/** Pools, and the datasets as `zfs list` prints them, each with the jail that it belongs to. */
export function StoragePage() {
  const [{ search, view }, setState] = useQueryStates(
    { search: parseAsString.withDefault(''), view: parseAsStringLiteral(datasetViews).withDefault('tree') },
    { history: 'replace', throttleMs: 200 },
  )
  const { pools } = useHost()
  const query = useQuery({ ...readQuery('host.storage', {}), refetchInterval: READ_EVERY_MS })
  const tags = new Map(useAllJails().map(({ id, tag }) => [id, tag]))
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const datasets = query.data?.datasets ?? []
  const wanted = useDeferredValue(search)
  const { rows, found } = datasetRows(datasets, { view, search: wanted, folded, tagOf: (id) => tags.get(id) })
  const fold = (name: string) =>
    setFolded((before) =>
      before.has(name) ? new Set([...before].filter((one) => one !== name)) : new Set([...before, name]),
    )
  return (
    <>
      <PageHeader
        title="Storage"
        actions={<ReadAge at={query.dataUpdatedAt} reading={query.isFetching} onRead={() => void query.refetch()} />}
      >
        <div className="flex gap-2.5 px-4 pb-3 sm:px-5">
          <FilterInput
            label="Filter datasets"
            placeholder="dataset, mountpoint, jail …"
            value={search}
            onChange={(text) => void setState({ search: text === '' ? null : text })}
            {...(query.data === undefined ? {} : { count: `${found} of ${datasets.length}` })}
          />
          <Select
            aria-label="Order"
            className="w-40 shrink-0 max-sm:w-32"
            value={view}
            onChange={(value) => void setState({ view: datasetViews.find((known) => known === value) ?? null })}
            options={viewOptions}
          />
        </div>
      </PageHeader>
      <PageBody padded={false}>
        <div className="space-y-4 border-b border-line bg-bg px-4 py-4 sm:px-5">
          {pools.length === 0 ? <NoPools /> : <PoolList pools={pools} />}
          {datasets.length > 0 && <Shares datasets={datasets} pools={pools} />}
        </div>
        {query.error !== null && (
          <div className="p-4">
            <Note tone="bad">
              {query.error.message} {query.error.error.hint}
              {datasets.length > 0 && ' What is shown is from the last reading.'}
            </Note>
          </div>
        )}
        {query.isPending && <SkeletonRows rows={12} />}
        {query.isSuccess && rows.length === 0 && pools.length > 0 && (
          <EmptyState
            icon={Database}
            title={search === '' ? 'No datasets' : 'Nothing matches'}
            actions={
              search !== '' && <Button onClick={() => void setState({ search: null })}>Show all datasets</Button>
            }
          >
            {search === ''
              ? 'The pools of this host hold no datasets.'
              : `No dataset has “${search}” in its name, mountpoint or jail.`}
          </EmptyState>
        )}
        {rows.length > 0 && (
          <DatasetTable
            datasets={rows.map(({ dataset }) => dataset)}
            jailLinks
            {...(view === 'tree'
              ? { tree: { rows: new Map(rows.map((row) => [row.dataset.name, row])), onFold: fold } }
              : {})}
            foot={<Sums rows={rows} />}
          />
        )}
      </PageBody>
    </>
  )
}

function NoPools() {
  return (
    <EmptyState icon={Database} title="No pool">
      iocage needs a ZFS pool for its jails, and this host shows none. <code className="font-mono">zpool create</code>{' '}
      makes one from a disk; the Host page says when pools cannot be read.
    </EmptyState>
  )
}

function Sums({ rows }: { rows: readonly DatasetRow[] }) {
  const datasets = rows.map(({ dataset }) => dataset)
  return (
    <tr className="text-text-second @max-3xl:flex @max-3xl:gap-4 @max-3xl:px-4 @max-3xl:py-2">
      <td className="py-2 pl-5 @max-3xl:p-0">
        {datasets.length} {datasets.length === 1 ? 'dataset' : 'datasets'}
      </td>
      <td className="px-3 py-2 text-right font-mono text-xs @max-3xl:p-0">
        <span className="hidden font-sans @max-3xl:inline">together </span>
        {formatBytes(sumUsed(datasets))}
      </td>
      <td colSpan={4} className="@max-3xl:hidden" />
    </tr>
  )
}

const shares = [
  { folder: 'jails', label: 'jails' },
  { folder: 'templates', label: 'templates' },
  { folder: 'releases', label: 'releases' },
  { folder: 'download', label: 'downloads' },
] as const

/** What the active pool's space goes to, as far as iocage keeps it. */
function Shares({ datasets, pools }: { datasets: readonly Dataset[]; pools: readonly Pool[] }) {
  const pool = pools.find(({ active }) => active)
  if (pool === undefined) return null
  const usedBy = (folder: string) =>
    datasets.find(({ name }) => name === `${pool.name}/iocage/${folder}`)?.usedBytes ?? 0
  return (
    <dl aria-label="What takes the space" className="flex flex-wrap gap-x-6 gap-y-1">
      {shares.map(({ folder, label }) => (
        <div key={folder} className="flex items-baseline gap-2">
          <dt className="text-text-second">{label}</dt>
          <dd className="font-mono text-xs">{formatBytes(usedBy(folder))}</dd>
        </div>
      ))}
    </dl>
  )
}
