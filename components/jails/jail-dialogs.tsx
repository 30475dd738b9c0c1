'use client'

import type { Jail } from '@/lib/jail.ts'
import { useAllJails } from '../live/use-live-data.ts'
import { CommandsDialog } from './commands-dialog.tsx'
import { ConvertDialog } from './convert-dialog.tsx'
import { DestroyDialog } from './destroy-dialog.tsx'

/** What somebody is about to do with a jail, and is asked about first. */
export interface JailQuestion {
  about: 'commands' | 'convertToTemplate' | 'convertToJail' | 'destroy'
  jail: Jail
}

interface JailDialogsProps {
  question: JailQuestion | undefined
  onClose: () => void
}

/** The dialogs about one jail, for a whole page: rows only say what they want to ask. */
export function JailDialogs({ question, onClose }: JailDialogsProps) {
  const jails = useAllJails()
  if (question === undefined) return null
  // As it is now: it may have been started or destroyed while the dialog was open. But never another one of its name.
  const now = jails.find(({ id }) => id === question.jail.id) ?? question.jail
  const jail = { ...now, guid: question.jail.guid ?? now.guid }
  switch (question.about) {
    case 'commands':
      return <CommandsDialog jail={jail} onClose={onClose} />
    case 'convertToTemplate':
    case 'convertToJail':
      return (
        <ConvertDialog
          jail={jail}
          to={question.about === 'convertToJail' ? 'jail' : 'template'}
          childCount={jails.filter(({ source }) => source?.kind === 'template' && source.name === jail.tag).length}
          onClose={onClose}
        />
      )
    case 'destroy':
      return <DestroyDialog jail={jail} onClose={onClose} />
  }
}
