'use client'

import { useQuery } from '@tanstack/react-query'
import { Network } from 'lucide-react'
import { parseAsArrayOf, parseAsString, useQueryStates } from 'nuqs'
import { ReadAge } from '../live/read-age.tsx'
import { readQuery } from '../live/read-query.ts'
import { useAllJails } from '../live/use-live-data.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { InterfacePanel } from './interface-panel.tsx'
import { interfaceRows } from './interface-rows.ts'

/** What jails do tells itself; an alias made by hand does not: how often it is looked for, in milliseconds. */
const READ_EVERY_MS = 15_000

/** The host's interfaces with their addresses, as `ifconfig` shows them, and which jail each belongs to. */
export function NetworkPage() {
  const [{ search, raw }, setState] = useQueryStates(
    { search: parseAsString.withDefault(''), raw: parseAsArrayOf(parseAsString).withDefault([]) },
    { history: 'replace', throttleMs: 200 },
  )
  const query = useQuery({ ...readQuery('host.network', {}), refetchInterval: READ_EVERY_MS })
  const tags = new Map(useAllJails().map(({ id, tag }) => [id, tag]))
  const interfaces = query.data?.interfaces ?? []
  const rows = interfaceRows(interfaces, search, (id) => tags.get(id))
  const count = (list: readonly { addresses: readonly unknown[] }[]) =>
    list.reduce((sum, { addresses }) => sum + addresses.length, 0)
  const setRaw = (name: string, isOpen: boolean) =>
    void setState({ raw: isOpen ? [...raw, name] : raw.filter((one) => one !== name) }, { history: 'push' })
  return (
    <>
      <PageHeader
        title="Network"
        actions={<ReadAge at={query.dataUpdatedAt} reading={query.isFetching} onRead={() => void query.refetch()} />}
      >
        <div className="flex px-4 pb-3 sm:px-5">
          <FilterInput
            label="Filter addresses"
            placeholder="address, jail, interface …"
            value={search}
            onChange={(text) => void setState({ search: text === '' ? null : text })}
            {...(query.data === undefined ? {} : { count: `${count(rows)} of ${count(interfaces)}` })}
          />
        </div>
      </PageHeader>
      <PageBody>
        <div className="grid max-w-4xl grid-cols-1 gap-4">
          {query.error !== null && (
            <Note tone="bad">
              {query.error.message} {query.error.error.hint}
              {interfaces.length > 0 && ' What is shown is from the last reading.'}
            </Note>
          )}
          {query.isPending && <NetworkSkeleton />}
          {query.isSuccess && rows.length === 0 && (
            <EmptyState
              icon={Network}
              title={search === '' ? 'No interfaces' : 'Nothing matches'}
              actions={
                search !== '' && <Button onClick={() => void setState({ search: null })}>Show all addresses</Button>
              }
            >
              {search === ''
                ? 'ifconfig printed nothing on this host.'
                : `Nothing on this host has “${search}”: no address, jail or interface.`}
            </EmptyState>
          )}
          {rows.map((row) => (
            <InterfacePanel
              key={row.link.name}
              row={row}
              raw={raw.includes(row.link.name)}
              jailOf={(member) => interfaces.find(({ name }) => name === member)?.jailId ?? null}
              onRaw={(isOpen) => setRaw(row.link.name, isOpen)}
            />
          ))}
        </div>
      </PageBody>
    </>
  )
}

function NetworkSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="rounded-lg border border-line bg-surface">
      <div className="space-y-2 px-4 py-3">
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-3 w-48" />
      </div>
      {[1, 2, 3].map((row) => (
        <div key={row} className="flex h-8 items-center gap-16 border-t border-line px-4">
          <Skeleton className="h-3 w-32" />
          <Skeleton className="h-3 w-16" />
        </div>
      ))}
    </div>
  )
}
