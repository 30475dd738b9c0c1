'use client'

import { useState } from 'react'
import { type Jail, shownJail } from '@/lib/jail.ts'
import { bulkJails } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'
import { usePreview } from './use-preview.ts'
import { WhatRuns } from './what-runs.tsx'

export type BulkAction = 'start' | 'stop' | 'restart'
export const bulkWords: Record<BulkAction, string> = { start: 'Start', stop: 'Stop', restart: 'Restart' }

/** Most jails that one request may name. */
const BULK_MAX = 500

export const countText = (count: number): string => `${count} ${count === 1 ? 'jail' : 'jails'}`

interface BulkDialogProps {
  action: BulkAction
  jails: readonly Jail[]
  onClose: () => void
}

/** Several jails at once: says before which of them it leaves out and why, and what runs for the others. */
export function BulkDialog({ action, jails, onClose }: BulkDialogProps) {
  const refusalOf = useJailRefusal()
  const judged = jails.map((jail) => ({ jail, reason: refusalOf(action, jail) }))
  const fit = judged.flatMap(({ jail, reason }) => (reason === undefined ? [jail] : []))
  const left = judged.flatMap(({ jail, reason }) => (reason === undefined ? [] : [{ jail, reason }]))
  // What was chosen, and not what has taken its name since.
  const [guids] = useState(() => new Map(jails.map(({ id, guid }) => [id, guid])))
  const input = { jails: fit.map(({ id, guid }) => shownJail({ id, guid: guids.get(id) ?? guid })), action }
  const tooMany = fit.length > BULK_MAX ? `At most ${BULK_MAX} jails at once; these are ${fit.length}.` : undefined
  const preview = usePreview('jail.bulk', fit.length === 0 || tooMany !== undefined ? undefined : input)
  const bulk = useChange(bulkJails, { errors: 'inline', onSuccess: onClose })
  const error = formError(bulk.error)
  const word = bulkWords[action]
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title={`${word} ${countText(fit.length)}`}
      description={
        fit.length === 0
          ? `None of the ${countText(jails.length)} can be ${action === 'stop' ? 'stopped' : `${action}ed`}.`
          : left.length === 0
            ? 'Each becomes a job of its own; several run at the same time.'
            : `${countText(left.length)} of ${jails.length} ${left.length === 1 ? 'is' : 'are'} left out.`
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabledReason={
              fit.length === 0 ? 'None of them is in the state for it.' : (tooMany ?? preview.problems[0])
            }
            pending={bulk.pending}
            onClick={() => bulk.run(input)}
          >
            {word} {countText(fit.length)}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {left.length > 0 && (
          <section aria-label="Left out">
            <h3 className="pb-1 font-medium">Left out</h3>
            <ul className="max-h-40 space-y-0.5 overflow-y-auto rounded-md bg-changing-soft px-3.5 py-2 text-changing-text">
              {left.map(({ jail, reason }) => (
                <li key={jail.id}>{reason.includes(jail.tag) ? reason : `${jail.tag}: ${reason}`}</li>
              ))}
            </ul>
          </section>
        )}
        {tooMany !== undefined && <Note tone="changing">{tooMany}</Note>}
        <WhatRuns preview={preview} />
        {error !== undefined && <Note tone="bad">{error}</Note>}
      </div>
    </Dialog>
  )
}
