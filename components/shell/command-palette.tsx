'use client'

import { Dialog } from '@base-ui/react/dialog'
import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { useTheme } from 'next-themes'
import { useRouter } from 'next/navigation'
import { useDeferredValue, useMemo, useState } from 'react'
import { restartJail, startJail, stopJail } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { useAllJails } from '../live/use-live-data.ts'
import { useRefusal } from '../live/use-rights.ts'
import { Cell } from '../ui/badge.tsx'
import type { PaletteEntry } from './palette-entries.ts'
import { paletteEntries } from './palette-entries.ts'

interface CommandPaletteProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Ctrl-K: one line for jails, their verbs and the places. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup className="fixed top-[12dvh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-floating shadow-float">
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <PaletteList onDone={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const groups = ['Jails', 'Places', 'Commands'] as const

function PaletteList({ onDone }: { onDone: () => void }) {
  const [query, setQuery] = useState('')
  const router = useRouter()
  const { setTheme } = useTheme()
  const jails = useAllJails()
  const refusalOf = useRefusal()
  const asked = useDeferredValue(query)
  const entries = useMemo(() => paletteEntries(asked, jails, refusalOf), [asked, jails, refusalOf])
  const deeds = { start: useChange(startJail), stop: useChange(stopJail), restart: useChange(restartJail) }

  const choose = ({ deed, refusal }: PaletteEntry) => {
    if (refusal !== undefined) return
    onDone()
    if (deed.kind === 'go') router.push(deed.href)
    else if (deed.kind === 'theme') setTheme(deed.theme)
    else deeds[deed.action].run({ id: deed.jail.id })
  }

  return (
    <Command label="Search and commands" shouldFilter={false} loop>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden size={15} className="text-text-third" />
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder="Jail, page, or “www restart”"
          className="h-11 flex-1 bg-transparent focus-visible:outline-none"
        />
        <kbd className="rounded-sm border border-control px-1.5 font-sans text-xs text-text-second">Esc</kbd>
      </div>
      <Command.List className="max-h-[50dvh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-text-second">Nothing is called “{query}”.</Command.Empty>
        {groups.map((group) => {
          const shown = entries.filter((entry) => entry.group === group)
          if (shown.length === 0) return null
          return (
            <Command.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-text-third"
            >
              {shown.map((entry) => (
                <PaletteRow key={entry.id} entry={entry} onChoose={() => choose(entry)} />
              ))}
            </Command.Group>
          )
        })}
      </Command.List>
    </Command>
  )
}

function PaletteRow({ entry, onChoose }: { entry: PaletteEntry; onChoose: () => void }) {
  const { id, label, detail, deed, refusal } = entry
  const jail = deed.kind === 'jail' ? deed.jail : undefined
  return (
    <Command.Item
      value={id}
      onSelect={onChoose}
      className="flex min-h-9 items-center gap-2.5 rounded-md px-2.5 py-1 data-[selected=true]:bg-raised"
    >
      {jail !== undefined && <Cell state={jail.state === 'unreadable' ? 'bad' : jail.state} />}
      <span className={refusal === undefined ? 'flex-1 truncate' : 'flex-1 truncate text-text-third'}>{label}</span>
      <span className="max-w-[60%] truncate text-xs text-text-second">{refusal ?? detail}</span>
    </Command.Item>
  )
}
