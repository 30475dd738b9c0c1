'use client'

import { Columns3, LayoutGrid, ListFilter, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useDeferredValue, useMemo, useState } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { jailPath } from '@/lib/paths.ts'
import { ConsoleDock } from '../console/console-dock.tsx'
import { useActiveJobs, useHost, useJails } from '../live/use-live-data.ts'
import { useCan } from '../live/use-rights.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { Menu, MenuCheckItem, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { filterJails, jailGroups } from './filter-jails.ts'
import { HostNotes } from './host-notes.tsx'
import { JailCards } from './jail-cards.tsx'
import type { JailColumnId } from './jail-columns.tsx'
import { defaultColumns, jailColumnIds, jailColumnNames } from './jail-columns.tsx'
import type { JailQuestion } from './jail-dialogs.tsx'
import { JailDialogs } from './jail-dialogs.tsx'
import { JailSidePanel } from './jail-side-panel.tsx'
import { JailTable } from './jail-table.tsx'
import { NoJails } from './no-jails.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { useJailTable } from './use-jail-table.ts'
import type { JailsView } from './use-jails-view.ts'
import { useJailsView } from './use-jails-view.ts'
import { useEscape } from './use-escape.ts'
import { useIsNarrow } from './use-is-narrow.ts'

/** All jails of the host, live: the panel's main page. */
export function JailsPage() {
  const jails = useJails()
  const view = useJailsView()
  const [question, setQuestion] = useState<JailQuestion>()
  const router = useRouter()
  const isNarrow = useIsNarrow()
  const active = useActiveJobs()
  const hasUuids = useHost().driver?.dialect !== 'name'
  const usual = useMemo(() => defaultColumns(hasUuids), [hasUuids])
  const filter = useDeferredValue(view.search)
  const shown = useMemo(
    () => filterJails(jails, { query: filter, group: view.state }, (id) => active.has(id)),
    [jails, filter, view.state, active],
  )
  const table = useJailTable(shown, view.columns ?? usual, view)
  const selected = useMemo(() => jails.filter(({ id }) => view.selection[id]), [jails, view.selection])
  const shownSelected = shown.filter(({ id }) => view.selection[id]).length

  const open = (id: string | undefined) => {
    // Where there is no room for a panel beside the table, the jail's own page is the panel.
    if (id !== undefined && isNarrow === true) router.push(jailPath(id))
    else void view.set({ jail: id ?? null })
  }
  useEscape(() => {
    if (view.jail !== null) open(undefined)
    else if (selected.length > 0) view.setSelection({})
  })

  return (
    <>
      <PageHeader title="Jails" actions={<CreateButton />}>
        {jails.length > 0 && <FilterBar view={view} usual={usual} count={shown.length} all={jails.length} />}
      </PageHeader>
      <HostNotes />
      {selected.length > 0 && (
        <SelectionBar jails={selected} hidden={selected.length - shownSelected} onClear={() => view.setSelection({})} />
      )}
      <div className="relative flex min-h-0 flex-1">
        {jails.length === 0 ? (
          <div className="flex-1 overflow-y-auto">
            <NoJails />
          </div>
        ) : shown.length === 0 ? (
          <div className="flex-1">
            <NothingMatches view={view} />
          </div>
        ) : (
          <>
            {isNarrow !== true && (
              <JailTable
                table={table}
                view={view}
                chosen={view.columns ?? undefined}
                usual={usual}
                onOpen={open}
                onAsk={setQuestion}
              />
            )}
            {isNarrow !== false && <JailCards jails={sortedJails(table)} />}
          </>
        )}
        {view.jail !== null && <JailSidePanel id={view.jail} onClose={() => open(undefined)} onAsk={setQuestion} />}
      </div>
      <ConsoleDock />
      <JailDialogs question={question} onClose={() => setQuestion(undefined)} />
    </>
  )
}

const sortedJails = (table: ReturnType<typeof useJailTable>): Jail[] =>
  table.getRowModel().rows.map(({ original }) => original)

function CreateButton() {
  const refusal = useCan('jail:create')
  if (refusal !== undefined)
    return (
      <Button icon={Plus} disabledReason={refusal}>
        Create jail
      </Button>
    )
  return (
    <ButtonLink variant="primary" icon={Plus} href="/jails/new">
      Create jail
    </ButtonLink>
  )
}

const groupNames = { up: 'Up', down: 'Down', changing: 'Changing', attention: 'Needs attention' } as const

interface FilterBarProps {
  view: JailsView
  usual: readonly JailColumnId[]
  count: number
  all: number
}

function FilterBar({ view, usual, count, all }: FilterBarProps) {
  const columns = view.columns ?? usual
  return (
    <div className="flex gap-2.5 px-4 pb-3 sm:px-5">
      <FilterInput
        label="Filter jails"
        placeholder="tag, address, note …"
        value={view.search}
        count={`${count} of ${all}`}
        onChange={(search) => void view.set({ search: search === '' ? null : search })}
      />
      <Menu
        trigger={
          <Button
            icon={ListFilter}
            aria-label={view.state === null ? 'Filter by state' : `Filter by state: ${groupNames[view.state]}`}
          >
            <span className="max-sm:sr-only">{view.state === null ? 'State' : groupNames[view.state]}</span>
          </Button>
        }
      >
        <MenuChoice
          label="Show jails that are"
          value={view.state ?? 'all'}
          onChange={(value) => void view.set({ state: jailGroups.find((group) => group === value) ?? null })}
          options={[
            { value: 'all', label: 'In any state' },
            ...jailGroups.map((group) => ({ value: group, label: groupNames[group] })),
          ]}
        />
      </Menu>
      <span className="max-sm:hidden">
        <Menu trigger={<Button icon={Columns3}>Columns</Button>}>
          {jailColumnIds.map((id) => (
            <MenuCheckItem
              key={id}
              checked={columns.includes(id)}
              disabledReason={id === 'tag' ? 'The tag is always shown.' : undefined}
              onChange={(on) =>
                void view.set({ columns: jailColumnIds.filter((one) => (one === id ? on : columns.includes(one))) })
              }
            >
              {jailColumnNames[id]}
            </MenuCheckItem>
          ))}
          <MenuLine />
          <MenuItem
            disabledReason={view.columns === null ? 'These are the usual ones.' : undefined}
            onSelect={() => void view.set({ columns: null })}
          >
            The usual columns
          </MenuItem>
        </Menu>
      </span>
    </div>
  )
}

function NothingMatches({ view }: { view: JailsView }) {
  return (
    <EmptyState
      icon={LayoutGrid}
      title="Nothing matches"
      actions={<Button onClick={() => void view.set({ search: null, state: null })}>Show all jails</Button>}
    >
      {view.search === ''
        ? `No jail is ${view.state === 'attention' ? 'in need of attention' : view.state}.`
        : `No jail${view.state === null ? '' : ` that is ${groupNames[view.state].toLowerCase()}`} has “${view.search}” in its tag, addresses, UUID, release, host name or notes.`}
    </EmptyState>
  )
}
