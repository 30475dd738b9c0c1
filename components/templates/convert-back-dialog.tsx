'use client'

import type { Jail } from '@/lib/jail.ts'
import { convertToJail } from '@/server/panel/actions/jails.ts'
import { useJailRefusal } from '../jails/use-jail-refusal.ts'
import { usePreview } from '../jails/use-preview.ts'
import { WhatRuns } from '../jails/what-runs.tsx'
import { useChange } from '../live/use-change.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'

interface ConvertBackDialogProps {
  template: Jail
  /** How many jails were made from it. */
  childCount: number
  onClose: () => void
}

/** A template becomes a jail again: says what that means, with the command that runs. */
export function ConvertBackDialog({ template, childCount, onClose }: ConvertBackDialogProps) {
  const { id, tag } = template
  const refusal = useJailRefusal()('convertToJail', template)
  const preview = usePreview('jail.convertToJail', { id })
  const convert = useChange(convertToJail, { errors: 'inline', onSuccess: onClose })
  const error = formError(convert.error)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Convert ${tag} to a jail`}
      description={
        <>
          It moves from Templates to Jails, where it can be started and changed. No new jails can be made from it until
          it is a template again.
          {childCount > 0 && ` The ${childCount === 1 ? 'jail' : `${childCount} jails`} made from it stay as they are.`}
        </>
      }
      confirm={`Convert ${tag}`}
      tone="primary"
      disabledReason={refusal ?? preview.problems[0]}
      pending={convert.pending}
      onConfirm={() => convert.run({ id })}
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
