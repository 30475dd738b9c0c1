'use client'

import type { Jail } from '@/lib/jail.ts'
import { convertToTemplate } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import { usePreview } from './use-preview.ts'
import { WhatRuns } from './what-runs.tsx'

/** A jail becomes a template: says what that means, with the command that runs. */
export function ConvertDialog({ jail, onClose }: { jail: Jail; onClose: () => void }) {
  const { id, tag } = jail
  const refusal = useJailRefusal()('convertToTemplate', jail)
  const preview = usePreview('jail.convertToTemplate', { id })
  const convert = useChange(convertToTemplate, { errors: 'inline', onSuccess: onClose })
  const error = formError(convert.error)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Convert ${tag} to a template`}
      description="New jails can then be made from it: they begin with its packages and its settings, and share its files until they change them. It moves from Jails to Templates and does not run there; it can be converted back."
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
