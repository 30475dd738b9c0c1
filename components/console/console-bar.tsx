'use client'

import { Accessibility, AArrowDown, AArrowUp, Plus, Search } from 'lucide-react'
import type { Jail } from '@/lib/jail.ts'
import type { ConsolePreferences } from './console-preferences.ts'
import { FONT_SIZES } from './console-preferences.ts'
import { ConsoleSearch } from './console-search.tsx'
import type { ConsoleFacts, ConsoleState } from './console-state.ts'
import { stateWords, viewerWords } from './console-state.ts'
import type { TerminalHandle } from './terminal.tsx'

interface ConsoleBarProps {
  jail: Jail
  titled: boolean
  state: ConsoleState
  facts: ConsoleFacts | undefined
  terminal: TerminalHandle | null
  searching: boolean
  preferences: ConsolePreferences
  /** Why no console can be opened here now. */
  refusal: string | undefined
  onSearch: (searching: boolean) => void
  onPreferences: (next: ConsolePreferences) => void
  onNew: () => void
}

/** Above the terminal: whose console, how it stands, who looks, and its tools. */
export function ConsoleBar(props: ConsoleBarProps) {
  const { jail, titled, state, facts, terminal, searching, preferences, refusal, onSearch, onPreferences, onNew } = props
  const size = FONT_SIZES.findIndex((px) => px >= preferences.fontSizePx)
  const resize = (step: number) => {
    const next = FONT_SIZES[size + step]
    if (next !== undefined) onPreferences({ ...preferences, fontSizePx: next })
  }
  const users = facts?.users ?? []
  return (
    <header className="flex h-[42px] shrink-0 items-center gap-3 border-b border-line px-3">
      {titled && <span className="truncate font-semibold text-text">{jail.tag}</span>}
      <StateCell state={state} />
      <span className="min-w-0 flex-1" />
      {users.length > 1 && (
        <span className="truncate text-text-second" title="Pages that look at this console">
          {viewerWords(users)}
        </span>
      )}
      {searching && terminal !== null && <ConsoleSearch terminal={terminal} onClose={() => onSearch(false)} />}
      <div role="toolbar" aria-label="Console" className="flex items-center gap-1">
        {!searching && <Tool label="Search (Ctrl-Shift-F)" icon={Search} press={() => onSearch(true)} />}
        <Tool label="Smaller text" icon={AArrowDown} press={() => resize(-1)} />
        <Tool label="Larger text" icon={AArrowUp} press={() => resize(1)} />
        <Tool
          label="Screen reader mode"
          icon={Accessibility}
          pressed={preferences.screenReader}
          press={() => onPreferences({ ...preferences, screenReader: !preferences.screenReader })}
        />
        <Tool label="New console" icon={Plus} disabledReason={refusal} press={onNew} />
      </div>
    </header>
  )
}

const cells: Record<ConsoleState['phase'], string> = {
  connecting: 'border-changing bg-changing/50',
  open: 'border-up bg-up',
  lost: 'border-changing bg-changing/50',
  idle: 'border-text-third',
  refused: 'border-bad bg-bad',
  exited: 'border-text-third',
}

function StateCell({ state }: { state: ConsoleState }) {
  return (
    <span className="flex items-center gap-2 text-text-second" data-console-state={state.phase}>
      <span aria-hidden className={`size-2.5 shrink-0 rounded-[2px] border ${cells[state.phase]}`} />
      {stateWords(state)}
    </span>
  )
}

interface ToolProps {
  label: string
  icon: typeof Search
  press: () => void
  pressed?: boolean
  disabledReason?: string | undefined
}

function Tool({ label, icon: Icon, press, pressed, disabledReason }: ToolProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={disabledReason !== undefined}
      title={disabledReason ?? label}
      className="flex size-[30px] items-center justify-center rounded-md text-text-second hover:bg-raised hover:text-text aria-disabled:opacity-40 aria-pressed:text-accent"
      onClick={() => {
        if (disabledReason === undefined) press()
      }}
    >
      <Icon size={15} />
    </button>
  )
}
