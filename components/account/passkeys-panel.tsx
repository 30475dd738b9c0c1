'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { Passkey } from '@/lib/account.ts'
import { addPasskey, beginPasskey, removePasskey, removePassword } from '@/server/panel/actions/account.ts'
import { readKey, readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note, Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { browserName } from './browser-name.ts'
import { makePasskey } from './browser-passkeys.ts'

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
            {data.password ? 'Your password lets you in as well.' : 'Passkeys are your only way in.'}
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
      {adding && <AddPasskey onClose={() => setAdding(false)} onAdded={refresh} />}
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

function AddPasskey({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
  const [name, setName] = useState(() => browserName(window.navigator.userAgent))
  const [problem, setProblem] = useState<string>()
  const add = useChange(addPasskey, {
    errors: 'inline',
    onSuccess: () => {
      onAdded()
      onClose()
    },
  })
  const begin = useChange(beginPasskey, {
    errors: 'inline',
    onSuccess: ({ options }) =>
      void makePasskey(options).then((made) => {
        if (made.ok) add.run({ name, passkey: made.value })
        else setProblem(made.error.message)
        return undefined
      }),
  })
  const error = problem ?? formError(begin.error) ?? formError(add.error)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a passkey"
      description="Give it a name by which you know it again. Your browser does the rest."
    >
      <form
        method="post"
        className="space-y-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault()
          setProblem(undefined)
          begin.run({})
        }}
      >
        <Field label="Name" error={fieldError(add.error, 'name')}>
          <TextInput value={name} onChange={(event) => setName(event.target.value)} maxLength={60} autoFocus />
        </Field>
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            pending={begin.pending || add.pending}
            disabledReason={name.trim() === '' ? 'Give the passkey a name.' : undefined}
          >
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
