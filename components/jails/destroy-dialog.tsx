'use client'

import { type Jail, shownJail } from '@/lib/jail.ts'
import { destroyJail } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import { usePreview } from './use-preview.ts'
import { WhatRuns } from './what-runs.tsx'

/** The end of a jail or template: lists exactly what goes and wants the tag typed. */
export function DestroyDialog({ jail, onClose }: { jail: Jail; onClose: () => void }) {
  const { tag, kind } = jail
  const input = { ...shownJail(jail), confirm: tag }
  const refusal = useJailRefusal()('destroy', jail)
  const preview = usePreview('jail.destroy', input)
  const destroy = useChange(destroyJail, { errors: 'inline', onSuccess: onClose })
  const error = formError(destroy.error)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Destroy ${tag}`}
      description={`The ${kind} and everything in it goes. There is no way back.`}
      effects={preview.effects}
      typed={tag}
      confirm={`Destroy ${tag}`}
      disabledReason={
        refusal ?? preview.problems[0] ?? (preview.isPending ? 'What goes is being looked up.' : undefined)
      }
      pending={destroy.pending}
      onConfirm={() => destroy.run(input)}
    >
      <WhatRuns preview={preview} />
      {error !== undefined && (
        <div className="mt-3">
          <Note tone="bad">{error}</Note>
        </div>
      )}
    </ConfirmDialog>
  )
}
