'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { Passkey } from '@/lib/account.ts'
import { removePasskey, removePassword } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { AddPasskeyDialog } from './add-passkey-dialog.tsx'

/** Passkeys: a way in that cannot be guessed, typed into a false page or read over a shoulder. */
export function PasskeysPanel() {
  const client = useQueryClient()
  const { data, error } = useQuery(readQuery('account.factors', {}))
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<Passkey | 'password'>()
  const refusal = useCan('account:secure')
  const refresh = () => void client.invalidateQueries({ queryKey: readKey('account.factors') })
  const left = () => {
    setLeaving(undefined)
    refresh()
  }
  const remove = useChange(removePasskey, { errors: 'inline', onSuccess: left })
  const dropPassword = useChange(removePassword, { errors: 'inline', onSuccess: left })
  const going = leaving === 'password' ? dropPassword : remove
  return (
    <Panel
      title="Passkeys"
      description="A finger, a face or a key in place of password and code. It works for this panel only, so no false page can take it."
      flush
      actions={
        <Button
          size="sm"
          icon={KeyRound}
          disabledReason={refusal ?? data?.passkeysRefusal ?? undefined}
          onClick={() => setAdding(true)}
        >
          Add passkey
        </Button>
      }
    >
      {error !== null && <Note tone="bad">{error.message}</Note>}
      {data === undefined && error === null && <SkeletonRows rows={1} />}
      {data?.passkeys.length === 0 && <p className="px-4 py-3 text-text-second">None yet.</p>}
      <ul>
        {data?.passkeys.map((passkey) => (
          <li key={passkey.id} className="flex items-center gap-4 border-b border-line px-4 py-2.5 last:border-b-0">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{passkey.name}</p>
              <p className="text-xs text-text-second">
                added <RelativeTime at={passkey.createdAt} />,{' '}
                {passkey.lastUsedAt === null ? (
                  'not used yet'
                ) : (
                  <>
                    used <RelativeTime at={passkey.lastUsedAt} />
                  </>
                )}
              </p>
            </div>
            <Button
              size="sm"
              aria-label={`Remove the passkey ${passkey.name}`}
              disabledReason={refusal}
              onClick={() => {
                remove.reset()
                setLeaving(passkey)
              }}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      {data !== undefined && data.passkeys.length > 0 && (
        <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
          <p className="min-w-0 flex-1 text-text-second">
            {data.password
              ? 'Your password lets you in as well.'
              : data.oidc.link === null
                ? 'Passkeys are your only way in.'
                : `Your account at ${data.oidc.provider} lets you in as well.`}
          </p>
          {data.password && (
            <Button
              size="sm"
              disabledReason={refusal}
              onClick={() => {
                dropPassword.reset()
                setLeaving('password')
              }}
            >
              Remove the password
            </Button>
          )}
        </div>
      )}
      {adding && <AddPasskeyDialog onClose={() => setAdding(false)} onAdded={refresh} />}
      {leaving !== undefined && (
        <ConfirmDialog
          open
          onOpenChange={() => setLeaving(undefined)}
          title={leaving === 'password' ? 'Remove the password?' : `Remove the passkey ${leaving.name}?`}
          effects={
            leaving === 'password'
              ? [
                  'Only your passkeys let you in. Without them an admin can reset you, or root at the host.',
                  'Your other sessions end.',
                ]
              : ['It no longer lets you in. The device may still show it; remove it there as well.']
          }
          confirm={leaving === 'password' ? 'Remove the password' : 'Remove'}
          onConfirm={() => (leaving === 'password' ? dropPassword.run({}) : remove.run({ id: leaving.id }))}
          pending={going.pending}
          disabledReason={refusal}
        >
          {formError(going.error) !== undefined && <Note tone="bad">{formError(going.error)}</Note>}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
