'use client'

import type { Updater } from '@tanstack/react-table'
import { createParser, parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import { jailGroups } from './filter-jails.ts'
import type { JailColumnId } from './jail-columns.tsx'
import { jailColumnIds } from './jail-columns.tsx'

export interface JailSort {
  id: JailColumnId
  desc: boolean
}

/** `tag`, or backwards `-tag`. */
const parseAsSort = createParser<JailSort>({
  parse(text) {
    const desc = text.startsWith('-')
    const id = jailColumnIds.find((known) => known === text.slice(desc ? 1 : 0))
    return id === undefined ? null : { id, desc }
  },
  serialize: ({ id, desc }) => `${desc ? '-' : ''}${id}`,
  eq: (a, b) => a.id === b.id && a.desc === b.desc,
})

/** Most selected jails that an address names; more would be longer than what servers take. */
const SELECTED_IN_ADDRESS = 50

const parsers = {
  search: parseAsString.withDefault(''),
  state: parseAsStringLiteral(jailGroups),
  sort: parseAsSort.withDefault({ id: 'tag', desc: false }),
  columns: parseAsArrayOf(parseAsStringLiteral(jailColumnIds)),
  selected: parseAsArrayOf(parseAsString).withDefault([]),
  /** The jail in the side panel. */
  jail: parseAsString,
}

export type RowSelection = Record<string, true>
const asSelection = (ids: readonly string[]): RowSelection => Object.fromEntries(ids.map((id) => [id, true as const]))

/** Everything that the table of jails shows by somebody's choice, kept in the address. */
export function useJailsView() {
  const [view, setView] = useQueryStates(parsers, { history: 'replace', throttleMs: 100 })
  const [selection, keepSelection] = useState<RowSelection>(() => asSelection(view.selected))
  return useMemo(() => {
    const setSelection = (update: Updater<RowSelection>) => {
      const next = typeof update === 'function' ? update(selection) : update
      keepSelection(next)
      const ids = Object.keys(next)
      void setView({ selected: ids.length === 0 || ids.length > SELECTED_IN_ADDRESS ? null : ids })
    }
    return { ...view, selection, setSelection, set: setView }
  }, [view, selection, setView])
}

export type JailsView = ReturnType<typeof useJailsView>
