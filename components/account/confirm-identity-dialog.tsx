'use client'

import { useQuery } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import type { OwnFactors } from '@/lib/account.ts'
import { confirmIdentity } from '@/server/panel/actions/account.ts'
import { identityQuestion } from '../live/confirm-identity.ts'
import { readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { CodeField } from './code-field.tsx'
import { ConfirmByProvider } from './confirm-by-provider.tsx'
import { PasskeyButton } from './passkey-button.tsx'

/** Asks once more who is there, before what loses data or opens the host; then the change goes on by itself. */
export function ConfirmIdentity({ userName }: { userName: string }) {
  const asked = useSyncExternalStore(identityQuestion.subscribe, identityQuestion.isAsked, () => false)
  return (
    <Dialog
      open={asked}
      onOpenChange={(open) => {
        if (!open) identityQuestion.answer(false)
      }}
      title="Is it still you?"
      description="What you asked for cannot be undone, opens this host or is about how you log in. It goes on once you have confirmed who you are."
    >
      {asked && <ConfirmIdentityBody userName={userName} />}
    </Dialog>
  )
}

const confirmed = () => identityQuestion.answer(true)

function ConfirmIdentityBody({ userName }: { userName: string }) {
  const { data, error } = useQuery(readQuery('account.factors', {}))
  if (error !== null) return <Note tone="bad">{error.message}</Note>
  return data === undefined ? <SkeletonRows rows={2} /> : <ConfirmIdentityForm factors={data} userName={userName} />
}

function ConfirmIdentityForm({ factors, userName }: { factors: OwnFactors; userName: string }) {
  const [proof, setProof] = useState('')
  // At the door: this is the question itself, it must not lead to another one.
  const confirm = useChange(confirmIdentity, {
    errors: 'inline',
    atDoor: true,
    onSuccess: confirmed,
  })
  const byCode = factors.totpSince !== null
  const typed = byCode || factors.password
  const error = formError(confirm.error)
  const passkey = factors.passkeys.length > 0 && (
    <PasskeyButton
      label="Use a passkey"
      onAnswer={(answer) => confirm.run({ passkey: answer })}
      pending={confirm.pending}
      error={typed ? undefined : error}
    />
  )
  const provider = factors.oidc.confirms && (
    <ConfirmByProvider provider={factors.oidc.provider ?? ''} onDone={confirmed} />
  )
  if (!typed)
    return (
      <div className="space-y-4 pb-2">
        {passkey}
        {provider}
        <div className="flex justify-end">
          <Button onClick={() => identityQuestion.answer(false)}>Cancel</Button>
        </div>
      </div>
    )
  return (
    <form
      method="post"
      className="space-y-4 pb-2"
      onSubmit={(event) => {
        event.preventDefault()
        // React passes a submit on to the forms around the dialog, which lie elsewhere on the page.
        event.stopPropagation()
        confirm.run(byCode ? { code: proof } : { password: proof })
      }}
    >
      {passkey}
      {provider}
      <input type="text" name="username" value={userName} readOnly hidden autoComplete="username" />
      {byCode ? (
        <CodeField
          value={proof}
          onChange={setProof}
          error={fieldError(confirm.error, 'code')}
          hint="Of your authenticator app, or a recovery code."
        />
      ) : (
        <Field label="Your password" error={fieldError(confirm.error, 'password')}>
          <TextInput
            type="password"
            value={proof}
            onChange={(event) => setProof(event.target.value)}
            autoComplete="current-password"
            autoFocus
          />
        </Field>
      )}
      {error !== undefined && <Note tone="bad">{error}</Note>}
      <DialogButtons
        submit="Confirm"
        onCancel={() => identityQuestion.answer(false)}
        pending={confirm.pending}
        disabledReason={proof === '' ? (byCode ? 'Give the code.' : 'Give your password.') : undefined}
      />
    </form>
  )
}
