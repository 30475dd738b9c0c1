'use client'

import { Ellipsis, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ViewMode } from '@/lib/console-protocol.ts'
import type { Jail } from '@/lib/jail.ts'
import { type CellState, Badge, CellWord } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { ConsoleSearch } from './console-search.tsx'
import type { ConsoleFacts, ConsoleState } from '@/lib/console-connection.ts'
import { stateWords, viewerWords } from './console-words.ts'
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
  /** Why no console can be opened here now. */
  refusal: string | undefined
  /** What is typed here goes into other consoles, too. */
  broadcasting: boolean
  onSearch: (searching: boolean) => void
  onChoose: (consoleId: string, mode?: ViewMode) => void
  onNew: () => void
  onNewAs: () => void
  /** Where keys go after a choice from a menu. */
  finalFocus: () => HTMLElement | null
  /** Right of its own tools: what the page around adds. */
  actions?: ReactNode
  /** Content of the menu. */
  menu: ReactNode
}

const cells: Record<ConsoleState['phase'], CellState> = {
  connecting: 'changing',
  open: 'up',
  lost: 'changing',
  idle: 'down',
  asks: 'down',
  refused: 'bad',
  exited: 'down',
}

/** Above the terminal: whose console, how it stands, who looks, whether it is recorded, and its tools. */
export function ConsoleBar(props: ConsoleBarProps) {
  const { jail, title, state, facts, terminal, searching, refusal, broadcasting } = props
  const viewers = facts?.viewers ?? []
  return (
    <header className="@container flex h-[42px] shrink-0 items-center gap-3 border-b border-line px-4 max-sm:gap-1.5 max-sm:px-2">
      {title}
      <ConsoleTabs
        jailId={jail.id}
        current={facts?.consoleId}
        cell={cells[state.phase]}
        refusal={refusal}
        onChoose={props.onChoose}
        onNew={props.onNew}
        onNewAs={props.onNewAs}
        finalFocus={props.finalFocus}
      />
      <span data-console-state={state.phase} className={state.phase === 'open' ? 'sr-only' : 'shrink-0'}>
        <CellWord state={cells[state.phase]} word={stateWords(state)} />
      </span>
      <span className="min-w-0 flex-1" />
      {broadcasting && <Badge tone="changing">typing into all</Badge>}
      {facts?.slow === true && (
        <Badge
          tone="changing"
          title="No WebSocket gets through: a proxy on the way must pass Upgrade for /ws/console. Until then keys and output go by plain requests."
        >
          slow way
        </Badge>
      )}
      {facts?.mode === 'watch' && <Badge tone="neutral">{`watching ${facts.owner}`}</Badge>}
      {facts?.recording !== undefined && facts.recording.state !== 'off' && (
        <Badge tone="bad" title={facts.recording.message}>
          {facts.recording.state === 'on' ? 'recording' : 'recording stopped'}
        </Badge>
      )}
      {viewers.length > 1 && (
        <span className="truncate text-text-second max-sm:hidden @max-2xl:sr-only">{viewerWords(viewers)} here</span>
      )}
      {searching && terminal !== null ? (
        <ConsoleSearch terminal={terminal} onClose={() => props.onSearch(false)} />
      ) : (
        <IconButton icon={Search} label="Search (Ctrl-Shift-F)" onClick={() => props.onSearch(true)} />
      )}
      {props.actions}
      <Menu finalFocus={props.finalFocus} trigger={<IconButton icon={Ellipsis} label="More for this console" />}>
        {props.menu}
      </Menu>
    </header>
  )
}
