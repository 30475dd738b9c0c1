'use client'

import { functionalUpdate, useTable } from '@tanstack/react-table'
import { useMemo } from 'react'
import type { Jail } from '@/lib/jail.ts'
import type { JailColumnId } from './jail-columns.tsx'
import { jailColumnIds, jailColumns, jailTableFeatures } from './jail-columns.tsx'
import type { JailsView } from './use-jails-view.ts'

/** The table of jails as TanStack Table knows it: order, columns and selection come from the view. */
export function useJailTable(jails: Jail[], columnIds: readonly JailColumnId[], view: JailsView) {
  const columnVisibility = useMemo(
    () => Object.fromEntries(jailColumnIds.map((id) => [id, columnIds.includes(id)])),
    [columnIds],
  )
  const sorting = useMemo(() => [view.sort], [view.sort])
  return useTable({
    features: jailTableFeatures,
    columns: jailColumns,
    data: jails,
    getRowId: (jail) => jail.id,
    enableSortingRemoval: false,
    enableMultiSort: false,
    state: { sorting, columnVisibility, rowSelection: view.selection },
    onSortingChange: (update) => {
      const [next] = functionalUpdate(update, sorting)
      const id = jailColumnIds.find((known) => known === next?.id)
      if (next !== undefined && id !== undefined) void view.set({ sort: { id, desc: next.desc } })
    },
    onRowSelectionChange: view.setSelection,
  })
}

export type JailTable = ReturnType<typeof useJailTable>
export type JailRow = ReturnType<JailTable['getRowModel']>['rows'][number]
