'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { RECOVERY_CODES } from '@/lib/account.ts'
import { beginTotp, disableTotp, newRecoveryCodes } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { toast } from '../ui/toast.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { TotpDialog } from './totp-dialog.tsx'

/** Fewer recovery codes than this are worth a word. */
const FEW_CODES = 3

/** A code of an authenticator app after the password. */
export function TwoStepPanel() {
  const client = useQueryClient()
  const { data, error } = useQuery(readQuery('account.factors', {}))
  const [leaving, setLeaving] = useState(false)
  const refusal = useCan('account:secure')
  const refresh = () => void client.invalidateQueries({ queryKey: readKey('account.factors') })
  const begin = useChange(beginTotp)
  const renew = useChange(newRecoveryCodes, { onSuccess: refresh })
  const disable = useChange(disableTotp, {
    onSuccess: () => {
      setLeaving(false)
      refresh()
      toast.success('The password alone is enough again.')
    },
  })
  const on = data !== undefined && data.totpSince !== null
  const isOnlyOne = data?.secondFactorRequired === true && data.passkeys.length === 0
  return (
    <Panel
      title="Authenticator app"
      description={`A code after the password: a stolen password alone lets nobody in.${data?.secondFactorRequired === true ? ' Your role must have a second factor.' : ''}`}
      actions={
        data !== undefined &&
        (on ? (
          <Button
            size="sm"
            disabledReason={
              refusal ?? (isOnlyOne ? 'Your role must have a second factor, and this is yours.' : undefined)
            }
            onClick={() => setLeaving(true)}
          >
            Turn off
          </Button>
        ) : (
          <Button size="sm" disabledReason={refusal} pending={begin.pending} onClick={() => begin.run({})}>
            Set up
          </Button>
        ))
      }
    >
      {error !== null && <Note tone="bad">{error.message}</Note>}
      {data === undefined && error === null && <SkeletonRows rows={1} />}
      {data !== undefined && !on && (
        <p className="text-text-second">Off. Any app for time-based codes will do, and most password managers.</p>
      )}
      {on && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Badge tone="up">on</Badge>
          <p className="min-w-0 flex-1">
            Since <RelativeTime at={data.totpSince ?? ''} />.{' '}
            <span className={data.recoveryCodesLeft < FEW_CODES ? 'text-changing-text' : 'text-text-second'}>
              {data.recoveryCodesLeft} of {RECOVERY_CODES} recovery codes are left.
            </span>
          </p>
          <Button size="sm" disabledReason={refusal} pending={renew.pending} onClick={() => renew.run({})}>
            New recovery codes
          </Button>
        </div>
      )}
      {begin.output !== undefined && <TotpDialog {...begin.output} onClose={() => begin.reset()} onEnabled={refresh} />}
      {renew.output !== undefined && (
        <Dialog open onOpenChange={() => renew.reset()} title="Recovery codes" description="The former ones are void.">
          <RecoveryCodes codes={renew.output.recoveryCodes} onDone={() => renew.reset()} />
        </Dialog>
      )}
      <ConfirmDialog
        open={leaving}
        onOpenChange={setLeaving}
        title="Turn off the authenticator app?"
        effects={['Your password alone lets you in.', 'Your recovery codes are void.']}
        confirm="Turn off"
        onConfirm={() => disable.run({})}
        pending={disable.pending}
        disabledReason={refusal}
      />
    </Panel>
  )
}
