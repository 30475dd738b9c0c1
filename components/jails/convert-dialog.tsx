'use client'

import { type Jail, shownJail } from '@/lib/jail.ts'
import { convertToJail, convertToTemplate } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import { usePreview } from './use-preview.ts'
import { WhatRuns } from './what-runs.tsx'

const toTemplate =
  'New jails can then be made from it: they begin with its packages and its settings, and share its files until they change them. It moves from Jails to Templates and does not run there; it can be converted back.'
const toJail =
  'It moves from Templates to Jails, where it can be started and changed. No new jails can be made from it until it is a template again.'

interface ConvertDialogProps {
  jail: Jail
  to: 'template' | 'jail'
  /** How many jails were made from a template. */
  childCount: number
  onClose: () => void
}

/** Says what converting means, with the command that runs. */
export function ConvertDialog({ jail, to, childCount, onClose }: ConvertDialogProps) {
  const { tag } = jail
  const input = shownJail(jail)
  const back = to === 'jail'
  const refusal = useJailRefusal()(back ? 'convertToJail' : 'convertToTemplate', jail)
  const preview = usePreview(back ? 'jail.convertToJail' : 'jail.convertToTemplate', input)
  const convert = useChange(back ? convertToJail : convertToTemplate, { errors: 'inline', onSuccess: onClose })
  const error = formError(convert.error)
  const children = childCount === 1 ? 'jail' : `${childCount} jails`
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Convert ${tag} to a ${to}`}
      description={
        back ? `${toJail}${childCount > 0 ? ` The ${children} made from it stay as they are.` : ''}` : toTemplate
      }
      confirm={`Convert ${tag}`}
      tone="primary"
      disabledReason={refusal ?? preview.problems[0]}
      pending={convert.pending}
      onConfirm={() => convert.run(input)}
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
