'use client'

import { useQuery } from '@tanstack/react-query'
import { Eye, Keyboard, Plus, SquareTerminal, Users } from 'lucide-react'
import type { ViewMode } from '@/lib/console-protocol.ts'
import type { ConsoleInfo } from '@/lib/contract/console-verbs.ts'
import { readQuery } from '../live/read-query.ts'
import { type CellState, Cell } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'

interface ConsoleTabsProps {
  jailId: string
  /** The console that is shown; undefined until it is known. */
  current: string | undefined
  cell: CellState
  /** Why no further console can be opened now. */
  refusal: string | undefined
  onChoose: (consoleId: string, mode?: ViewMode) => void
  onNew: () => void
  /** Opens the choice of user and command. */
  onNewAs: () => void
}

/** The visitor's consoles in this jail, oldest first; the one that is shown stays after its end. Others' can be joined. */
export function ConsoleTabs({ jailId, current, cell, refusal, onChoose, onNew, onNewAs }: ConsoleTabsProps) {
  const { data } = useQuery(readQuery('console.list', {}))
  const here = (data?.consoles ?? [])
    .filter(({ id, jailId: place, ended }) => place === jailId && (ended === null || id === current))
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
  const tabs = here.filter(({ mine, id }) => mine || id === current)
  const others = here.filter(({ mine, id }) => !mine && id !== current)
  return (
    <div className="flex min-w-0 items-center gap-1">
      <div className="flex min-w-0 items-center gap-1 overflow-x-auto">
        {tabs.map((info, index) => {
          const chosen = info.id === current
          return (
            <button
              key={info.id}
              type="button"
              aria-current={chosen}
              title={info.command ?? undefined}
              className={cn(
                'flex h-[30px] shrink-0 items-center gap-2 rounded-md border border-transparent px-2.5 text-text-second hover:text-text',
                chosen && 'border-control bg-raised font-medium text-text',
              )}
              onClick={() => {
                if (!chosen) onChoose(info.id)
              }}
            >
              <Cell state={chosen ? cell : 'up'} />
              <span className="max-w-40 truncate">{tabName(info, tabs.slice(0, index))}</span>
            </button>
          )
        })}
      </div>
      <Menu align="start" trigger={<IconButton icon={Plus} label="New console" />}>
        <MenuItem icon={SquareTerminal} disabledReason={refusal} onSelect={onNew}>
          New console
        </MenuItem>
        <MenuItem icon={Users} disabledReason={refusal} onSelect={onNewAs}>
          As another user, or a command…
        </MenuItem>
      </Menu>
      {others.length > 0 && (
        <Menu
          align="start"
          trigger={
            <Button size="sm" variant="ghost" icon={Users}>
              Join {others.length === 1 ? others[0]?.owner : others.length}
            </Button>
          }
        >
          {others.flatMap((info) => {
            const name = tabName(info, [])
            return [
              <MenuItem key={`${info.id} watch`} icon={Eye} onSelect={() => onChoose(info.id, 'watch')}>
                Watch {name}
              </MenuItem>,
              <MenuItem key={`${info.id} input`} icon={Keyboard} onSelect={() => onChoose(info.id, 'input')}>
                Join {name} with input
              </MenuItem>,
            ]
          })}
        </Menu>
      )}
    </div>
  )
}

/** The command, or the user whose shell it is, with a number from the second on. */
function tabName(info: ConsoleInfo, before: readonly ConsoleInfo[]): string {
  const name = nameOf(info)
  const number = before.filter((other) => nameOf(other) === name).length + 1
  return number === 1 ? name : `${name} ${number}`
}

function nameOf({ user, command, mine, owner }: ConsoleInfo): string {
  const name = command === null ? user : user === 'root' ? command : `${user}: ${command}`
  return mine ? name : `${owner}’s ${name}`
}
