'use client'

import { Download, Expand, Power, Upload } from 'lucide-react'
import { MenuCheckItem, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx'
import type { ConsolePreferences } from './console-preferences.ts'
import { FONT_SIZES } from './console-preferences.ts'
import type { ConsoleFacts, ConsoleState } from '@/lib/console-connection.ts'

interface ConsoleMenuProps {
  state: ConsoleState
  facts: ConsoleFacts | undefined
  preferences: ConsolePreferences
  /** Why no files can be moved now. */
  filesRefusal: string | undefined
  onPreferences: (next: ConsolePreferences) => void
  onKey: (sequence: string) => void
  onDrive: (on: boolean) => void
  onUpload: () => void
  onDownload: () => void
  onFullScreen: () => void
  onClose: () => void
}

/** Keys that browsers keep for themselves. */
const TAKEN = [
  { label: 'Ctrl-W', sequence: '\x17' },
  { label: 'Ctrl-T', sequence: '\x14' },
  { label: 'Ctrl-N', sequence: '\x0e' },
]

/** What can be done with a console beyond typing. */
export function ConsoleMenu(props: ConsoleMenuProps) {
  const { state, facts, preferences, filesRefusal, onPreferences } = props
  const notConnected = state.phase === 'open' ? undefined : 'It is not connected.'
  const noInput = notConnected ?? (facts?.mode === 'watch' ? 'You only watch this console.' : undefined)
  const drives = facts?.viewers.some(({ you, driver }) => you && driver) === true
  return (
    <>
      <MenuItem icon={Upload} disabledReason={filesRefusal} onSelect={props.onUpload}>
        Upload a file…
      </MenuItem>
      <MenuItem icon={Download} disabledReason={filesRefusal} onSelect={props.onDownload}>
        Download a file…
      </MenuItem>
      <MenuLine />
      {TAKEN.map(({ label, sequence }) => (
        <MenuItem key={label} disabledReason={noInput} onSelect={() => props.onKey(sequence)}>
          Send {label}
        </MenuItem>
      ))}
      <MenuItem icon={Expand} onSelect={props.onFullScreen}>
        Full screen, with all keys
      </MenuItem>
      <MenuLine />
      {(facts?.viewers.length ?? 0) > 1 && noInput === undefined && (
        <MenuCheckItem checked={drives} onChange={props.onDrive}>
          Size of this window for all
        </MenuCheckItem>
      )}
      <MenuCheckItem
        checked={preferences.copyOnSelect}
        onChange={(copyOnSelect) => onPreferences({ ...preferences, copyOnSelect })}
      >
        Copy what is selected
      </MenuCheckItem>
      <MenuCheckItem
        checked={preferences.screenReader}
        onChange={(screenReader) => onPreferences({ ...preferences, screenReader })}
      >
        Screen reader mode
      </MenuCheckItem>
      <MenuLine />
      <MenuChoice
        label="Text size"
        value={String(preferences.fontSizePx)}
        options={FONT_SIZES.map((px) => ({ value: String(px), label: `${px} px` }))}
        onChange={(px) => onPreferences({ ...preferences, fontSizePx: Number(px) })}
      />
      <MenuLine />
      <MenuItem icon={Power} disabledReason={noInput} onSelect={props.onClose}>
        End this console
      </MenuItem>
    </>
  )
}
