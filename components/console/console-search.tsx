'use client'

import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import type { TerminalHandle } from './terminal.tsx'

/** Search in the screen and the lines above it. */
export function ConsoleSearch({ terminal, onClose }: { terminal: TerminalHandle; onClose: () => void }) {
  const [text, setText] = useState('')
  const [found, setFound] = useState(true)
  const look = (wanted: string, direction: 'next' | 'previous') => {
    if (wanted !== '') return setFound(terminal.find(wanted, direction))
    terminal.endSearch()
    setFound(true)
  }
  const close = () => {
    terminal.endSearch()
    onClose()
    terminal.focus()
  }
  const buttons = [
    { label: 'Previous match', icon: ChevronUp, press: () => look(text, 'previous') },
    { label: 'Next match', icon: ChevronDown, press: () => look(text, 'next') },
    { label: 'Close search', icon: X, press: close },
  ]
  return (
    <search className="flex items-center gap-1">
      <input
        autoFocus
        type="search"
        aria-label="Search in this console"
        placeholder="Search"
        value={text}
        className="h-[26px] w-40 rounded-md border border-control bg-surface px-2"
        onChange={(event) => {
          setText(event.target.value)
          look(event.target.value, 'previous')
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') look(text, event.shiftKey ? 'next' : 'previous')
          if (event.key === 'Escape') close()
        }}
      />
      {!found && <span className="text-text-second">not found</span>}
      {buttons.map(({ label, icon, press }) => (
        <IconButton key={label} icon={icon} label={label} onClick={press} />
      ))}
    </search>
  )
}
