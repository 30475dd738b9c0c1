'use client'

import { Tabs as Base } from '@base-ui/react/tabs'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import type { ReactNode } from 'react'

export interface TabItem<Value extends string> {
  value: Value
  label: string
  count?: number
}

interface TabsProps<Value extends string> {
  label: string
  tabs: readonly TabItem<Value>[]
  value: Value
  onChange: (value: Value) => void
  /** The page's TabPanels; the tab list stands above them. */
  children: ReactNode
  /** Around the tab list: the page's header. */
  frame?: (list: ReactNode) => ReactNode
}

/** Views of one thing; the chosen one is kept by `useTab` in the address. */
export function Tabs<Value extends string>({ label, tabs, value, onChange, children, frame }: TabsProps<Value>) {
  const list = (
    <Base.List aria-label={label} className="flex gap-5 overflow-x-auto px-4 sm:px-5">
      {tabs.map((tab) => (
        <Base.Tab
          key={tab.value}
          value={tab.value}
          className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent text-text-second hover:text-text focus-visible:outline-offset-[-2px] data-active:border-accent data-active:font-medium data-active:text-text"
        >
          {tab.label}
          {tab.count !== undefined && <span className="text-xs text-text-third">{tab.count}</span>}
        </Base.Tab>
      ))}
    </Base.List>
  )
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as Value)} className="flex min-h-0 flex-1 flex-col">
      {frame === undefined ? <div className="border-b border-line">{list}</div> : frame(list)}
      {children}
    </Base.Root>
  )
}

/** What one tab shows. */
export function TabPanel({ value, children, className }: { value: string; children: ReactNode; className?: string }) {
  return (
    <Base.Panel value={value} className={className ?? 'min-h-0 flex-1 overflow-y-auto'}>
      {children}
    </Base.Panel>
  )
}

/** The chosen tab, kept in the address as `?tab=`; the first one is the default and leaves no trace. */
export function useTab<const Value extends string>(values: readonly [Value, ...Value[]]) {
  return useQueryState('tab', parseAsStringLiteral(values).withDefault(values[0]).withOptions({ history: 'push' }))
}
