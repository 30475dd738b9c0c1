'use client'

import { useQuery } from '@tanstack/react-query'
import type { Jail } from '@/lib/jail.ts'
import { shellLine } from '@/lib/job.ts'
import { convertToJail } from '@/server/panel/actions/jails.ts'
import { readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { CommandBlock } from '../ui/command-line.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

interface ConvertBackDialogProps {
  template: Jail | undefined
  /** How many jails were made from it. */
  childCount: number
  onClose: () => void
}

/** A template becomes a jail again: says what that means, with the command that runs. */
export function ConvertBackDialog({ template, childCount, onClose }: ConvertBackDialogProps) {
  const refusal = useCan('jail:configure')
  const convert = useChange(convertToJail, { errors: 'inline', onSuccess: onClose })
  const preview = useQuery({
    ...readQuery('change.preview', { verb: 'jail.convertToJail', input: { id: template?.id ?? '' } }),
    enabled: template !== undefined,
  })
  const [group] = preview.data?.groups ?? []
  const problem = group?.problems[0]
  const tag = template?.tag ?? ''
  return (
    <ConfirmDialog
      open={template !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
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
      disabledReason={refusal ?? problem}
      pending={convert.pending}
      onConfirm={() => {
        if (template !== undefined) convert.run({ id: template.id })
      }}
    >
      {group === undefined ? (
        preview.error === null && <Skeleton className="h-14" />
      ) : (
        <CommandBlock title="What runs" lines={group.commands.map(shellLine)} />
      )}
      {(convert.error ?? preview.error) && (
        <div className="mt-3">
          <Note tone="bad">
            {convert.error?.message ?? preview.error?.message} {convert.error?.hint}
          </Note>
        </div>
      )}
      {problem !== undefined && (
        <div className="mt-3">
          <Note tone="changing">{problem}</Note>
        </div>
      )}
    </ConfirmDialog>
  )
}
