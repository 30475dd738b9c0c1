'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import type { ConsoleInfo } from '@/lib/contract/console-verbs.ts'
import { readQuery } from '../live/read-query.ts'
import { type CellState, Cell } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'

interface ConsoleTabsProps {
  jailId: string
  /** The console that is shown; undefined until it is known. */
  current: string | undefined
  cell: CellState
  /** Why no further console can be opened now. */
  refusal: string | undefined
  onChoose: (consoleId: string) => void
  onNew: () => void
}

/** The visitor's consoles in this jail, oldest first; the one that is shown stays after its end. */
export function ConsoleTabs({ jailId, current, cell, refusal, onChoose, onNew }: ConsoleTabsProps) {
  const { data } = useQuery(readQuery('console.list', {}))
  const consoles = (data?.consoles ?? [])
    .filter(({ id, jailId: place, ended }) => place === jailId && (ended === null || id === current))
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
  return (
    <div className="flex min-w-0 items-center gap-1 overflow-x-auto">
      {consoles.map((info, index) => {
        const chosen = info.id === current
        return (
          <button
            key={info.id}
            type="button"
            aria-current={chosen}
            className={cn(
              'flex h-[30px] shrink-0 items-center gap-2 rounded-md border border-transparent px-2.5 text-text-second hover:text-text',
              chosen && 'border-control bg-raised font-medium text-text',
            )}
            onClick={() => {
              if (!chosen) onChoose(info.id)
            }}
          >
            <Cell state={chosen ? cell : 'up'} />
            {tabName(info, index)}
          </button>
        )
      })}
      <IconButton icon={Plus} label="New console" disabledReason={refusal} onClick={onNew} />
    </div>
  )
}

/** The user whose shell it is, with a number from the second on. */
const tabName = ({ argv }: ConsoleInfo, index: number) =>
  `${argv.at(-1) ?? 'shell'}${index === 0 ? '' : ` ${index + 1}`}`
