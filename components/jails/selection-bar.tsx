'use client'

import { Play, RotateCw, Square, X } from 'lucide-react'
import { useState } from 'react'
import type { Jail } from '@/lib/jail.ts'
import { useCan } from '../live/use-rights.ts'
import { Button, IconButton } from '../ui/button.tsx'
import type { BulkAction } from './bulk-dialog.tsx'
import { BulkDialog, countText } from './bulk-dialog.tsx'

interface SelectionBarProps {
  /** The chosen jails that exist. */
  jails: readonly Jail[]
  /** How many of them the filter hides now. */
  hidden: number
  onClear: () => void
}

/** Over the table while jails are chosen: what can be done with all of them. */
export function SelectionBar({ jails, hidden, onClear }: SelectionBarProps) {
  const [action, setAction] = useState<BulkAction>()
  const stopRefusal = useCan('jail:stop')
  const startRefusal = useCan('jail:start')
  return (
    <section
      aria-label="Selected jails"
      className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-4 py-1.5 max-sm:hidden sm:px-5"
    >
      <p role="status" className="mr-2 font-medium">
        {countText(jails.length)} selected
        {hidden > 0 && <span className="font-normal text-text-second">, {hidden} not shown by the filter</span>}
      </p>
      <Button icon={Play} disabledReason={startRefusal} onClick={() => setAction('start')}>
        Start …
      </Button>
      <Button icon={Square} disabledReason={stopRefusal} onClick={() => setAction('stop')}>
        Stop …
      </Button>
      <Button icon={RotateCw} disabledReason={stopRefusal} onClick={() => setAction('restart')}>
        Restart …
      </Button>
      <span className="flex-1" />
      <IconButton icon={X} label="Clear the selection" onClick={onClear} />
      {action !== undefined && <BulkDialog action={action} jails={jails} onClose={() => setAction(undefined)} />}
    </section>
  )
}
