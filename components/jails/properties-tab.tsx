'use client'

import { useQuery } from '@tanstack/react-query'
import { Pencil, SlidersHorizontal } from 'lucide-react'
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { SettableProperty } from '@/lib/contract/jail-verbs.ts'
import type { JailDetail } from '@/lib/contract/jail-verbs.ts'
import type { Jail } from '@/lib/jail.ts'
import { jailProperties } from '@/lib/jail-properties.ts'
import { readQuery } from '../live/read-query.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { cn } from '../ui/cn.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { PropertyEditor } from './property-editor.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'

type Property = JailDetail['properties'][number]

const settable = new Set<string>(SettableProperty.options)
const isSettable = (name: string): name is SettableProperty => settable.has(name)

/** The properties that can be changed here come first, then the rest by name. */
const changeableFirst = (a: Property, b: Property) => Number(isSettable(b.name)) - Number(isSettable(a.name))

/** All properties of a jail with the values in force; some can be changed in their place. */
export function PropertiesTab({ jail }: { jail: Jail }) {
  const [view, setView] = useQueryStates(
    {
      filter: parseAsString.withDefault(''),
      own: parseAsBoolean.withDefault(false),
      edit: parseAsStringLiteral(SettableProperty.options),
    },
    { history: 'replace', throttleMs: 100 },
  )
  const { data, error } = useQuery(readQuery('jail.detail', { id: jail.id }))
  const wanted = view.filter.trim().toLowerCase()
  const all = data?.properties ?? []
  const shown = all
    .filter(({ isDefault, name }) => !view.own || !isDefault || name === view.edit)
    .filter(({ name, value }) =>
      `${name} ${value} ${jailProperties.get(name)?.meaning ?? ''}`.toLowerCase().includes(wanted),
    )
    .toSorted(changeableFirst)
  if (error !== null && data === undefined)
    return (
      <div className="p-5">
        <Note tone="bad">{error.message}</Note>
      </div>
    )
  if (data === undefined) return <SkeletonRows rows={12} />
  if (all.length === 0)
    return (
      <EmptyState icon={SlidersHorizontal} title="No properties">
        {jail.readOnly ?? jail.problem ?? 'iocage keeps none for this jail.'}
      </EmptyState>
    )
  return (
    <>
      <div className="sticky top-0 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-surface px-4 py-2.5 sm:px-5">
        <FilterInput
          label="Filter properties"
          placeholder="name, value, meaning …"
          value={view.filter}
          count={`${shown.length} of ${all.length}`}
          className="min-w-56"
          onChange={(filter) => void setView({ filter: filter === '' ? null : filter })}
        />
        <Checkbox
          label="Only what this jail sets itself"
          checked={view.own}
          onChange={(own) => void setView({ own: own ? true : null })}
        />
      </div>
      {shown.length === 0 && (
        <EmptyState
          icon={SlidersHorizontal}
          title="Nothing matches"
          actions={<Button onClick={() => void setView({ filter: null, own: null })}>Show all properties</Button>}
        />
      )}
      <ul>
        {shown.map((property) => (
          <PropertyLine
            key={property.name}
            jail={jail}
            property={property}
            isEdited={view.edit === property.name}
            onEdit={(on) => void setView({ edit: on && isSettable(property.name) ? property.name : null })}
          />
        ))}
      </ul>
    </>
  )
}

interface PropertyLineProps {
  jail: Jail
  property: Property
  isEdited: boolean
  onEdit: (on: boolean) => void
}

function PropertyLine({ jail, property: { name, value, isDefault }, isEdited, onEdit }: PropertyLineProps) {
  const refusal = useJailRefusal()('configure', jail)
  const meaning = jailProperties.get(name)?.meaning
  return (
    <li className="border-b border-line px-4 py-2 sm:px-5">
      <div className="grid grid-cols-[minmax(140px,200px)_minmax(0,1fr)_minmax(0,1.1fr)_auto] items-start gap-x-4 gap-y-0.5 max-md:grid-cols-[minmax(0,1fr)_auto]">
        <code className="font-mono text-xs leading-5 break-words max-md:col-start-1">{name}</code>
        <span className="min-w-0 max-md:col-start-1">
          <code
            className={cn(
              'font-mono text-xs leading-5 break-all',
              isDefault ? 'text-text-third' : 'font-semibold text-text',
            )}
          >
            {value === '' ? '(empty)' : value}
          </code>
          {isDefault && <span className="sr-only"> (the default)</span>}
        </span>
        <span className="min-w-0 text-text-second max-md:col-start-1 max-md:text-xs">{meaning}</span>
        <span className="flex h-5 w-20 items-center justify-end max-md:col-start-2 max-md:row-start-1">
          {isSettable(name) ? (
            !isEdited && (
              <Button
                size="sm"
                variant="ghost"
                icon={Pencil}
                aria-label={`Change ${name}`}
                disabledReason={refusal}
                onClick={() => onEdit(true)}
              >
                Change
              </Button>
            )
          ) : isDefault ? null : (
            <Badge>set here</Badge>
          )}
        </span>
      </div>
      {isEdited && isSettable(name) && (
        <div className="py-2">
          <PropertyEditor jail={jail} property={name} value={value} onDone={() => onEdit(false)} />
        </div>
      )}
    </li>
  )
}
