'use client'

import { Ellipsis, Power, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { type CellState, CellWord } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuCheckItem, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx'
import type { ConsolePreferences } from './console-preferences.ts'
import { FONT_SIZES } from './console-preferences.ts'
import { ConsoleSearch } from './console-search.tsx'
import type { ConsoleFacts, ConsoleState } from './console-state.ts'
import { stateWords, viewerWords } from './console-state.ts'
import { ConsoleTabs } from './console-tabs.tsx'
import type { TerminalHandle } from './terminal.tsx'

interface ConsoleBarProps {
  jail: Jail
  /** What stands at its beginning: the jail's name, where it does not stand above. */
  title: ReactNode
  state: ConsoleState
  facts: ConsoleFacts | undefined
  terminal: TerminalHandle | null
  searching: boolean
  preferences: ConsolePreferences
  /** Why no console can be opened here now. */
  refusal: string | undefined
  onSearch: (searching: boolean) => void
  onPreferences: (next: ConsolePreferences) => void
  onChoose: (consoleId: string) => void
  onNew: () => void
  onClose: () => void
}

const cells: Record<ConsoleState['phase'], CellState> = {
  connecting: 'changing',
  open: 'up',
  lost: 'changing',
  idle: 'down',
  refused: 'bad',
  exited: 'down',
}

/** Above the terminal: whose console, how it stands, who looks, and its tools. */
export function ConsoleBar(props: ConsoleBarProps) {
  const { jail, title, state, facts, terminal, searching, preferences, refusal } = props
  const users = facts?.users ?? []
  return (
    <header className="flex h-[42px] shrink-0 items-center gap-3 border-b border-line px-4">
      {title}
      <ConsoleTabs
        jailId={jail.id}
        current={facts?.consoleId}
        cell={cells[state.phase]}
        refusal={refusal}
        onChoose={props.onChoose}
        onNew={props.onNew}
      />
      <span data-console-state={state.phase} className={state.phase === 'open' ? 'sr-only' : undefined}>
        <CellWord state={cells[state.phase]} word={stateWords(state)} />
      </span>
      <span className="min-w-0 flex-1" />
      {users.length > 1 && <span className="truncate text-text-second max-sm:hidden">{viewerWords(users)} here</span>}
      {searching && terminal !== null ? (
        <ConsoleSearch terminal={terminal} onClose={() => props.onSearch(false)} />
      ) : (
        <IconButton icon={Search} label="Search (Ctrl-Shift-F)" onClick={() => props.onSearch(true)} />
      )}
      <Menu trigger={<IconButton icon={Ellipsis} label="More for this console" />}>
        <MenuItem
          icon={Power}
          disabledReason={state.phase === 'open' ? undefined : 'It is not connected.'}
          onSelect={props.onClose}
        >
          End this console
        </MenuItem>
        <MenuLine />
        <MenuCheckItem
          checked={preferences.screenReader}
          onChange={(screenReader) => props.onPreferences({ ...preferences, screenReader })}
        >
          Screen reader mode
        </MenuCheckItem>
        <MenuLine />
        <MenuChoice
          label="Text size"
          value={String(preferences.fontSizePx)}
          options={FONT_SIZES.map((px) => ({ value: String(px), label: `${px} px` }))}
          onChange={(px) => props.onPreferences({ ...preferences, fontSizePx: Number(px) })}
        />
      </Menu>
    </header>
  )
}
