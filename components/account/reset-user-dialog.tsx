'use client'

import { useState } from 'react'
import type { User } from '@/lib/account.ts'
import { resetUser } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { useCan } from '../live/use-rights.ts'
import { RadioCards } from '../ui/choice.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { InviteLink } from './invite-link.tsx'

interface ResetUserDialogProps {
  user: User
  onClose: () => void
  onReset: () => void
}

type Lost = 'password' | 'device'

/** For who cannot log in any more: ends what was, and gives the link with which a new password is set. */
export function ResetUserDialog({ user, onClose, onReset }: ResetUserDialogProps) {
  const { userName } = user
  const [lost, setLost] = useState<Lost>('password')
  const refusal = useCan('user:manage')
  const reset = useChange(resetUser, { errors: 'inline', onSuccess: onReset })
  const factors = factorsOf(user)
  const endSecondFactors = lost === 'device'
  const error = formError(reset.error)
  if (reset.output !== undefined)
    return (
      <Dialog open onOpenChange={onClose} title={`A link for ${userName}`}>
        <InviteLink userName={userName} token={reset.output.token} onDone={onClose} />
      </Dialog>
    )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Reset ${userName}?`}
      description="You get a link with which they set a new password."
      effects={[
        'The password and the API tokens are void.',
        ...(user.oidc === 'group' ? ['The group at the OpenID Connect provider lets them in no more.'] : []),
        ...(endSecondFactors ? [`${sentence(factors)} ${factors.length > 1 ? 'are' : 'is'} void, too.`] : []),
        'All sessions and consoles of this user end.',
      ]}
      confirm={`Reset ${userName}`}
      onConfirm={() => reset.run({ id: user.id, endSecondFactors })}
      pending={reset.pending}
      disabledReason={refusal}
    >
      {factors.length > 0 && (
        <>
          <p className="pb-2 font-medium">What was lost?</p>
          <RadioCards<Lost>
            label="What was lost?"
            value={lost}
            onChange={setLost}
            options={[
              { value: 'password', label: 'The password', hint: `${sentence(factors)} ${asked(user)}` },
              {
                value: 'device',
                label: 'The phone or key as well',
                hint: 'Whoever has the link then comes in with nothing else: be sure whom you give it to.',
              },
            ]}
          />
        </>
      )}
      {error !== undefined && <Note tone="bad">{error}</Note>}
    </ConfirmDialog>
  )
}

const factorsOf = ({ totp, passkeys, oidc }: User): string[] => [
  ...(totp ? ['the authenticator app'] : []),
  ...(passkeys > 0 ? [passkeys === 1 ? 'the passkey' : `the ${passkeys} passkeys`] : []),
  ...(oidc === 'linked' ? ['the account at the OpenID Connect provider'] : []),
]

function sentence(names: readonly string[]): string {
  const text = new Intl.ListFormat('en').format(names)
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/** What a reset that leaves second factors does about them, after their names. */
const asked = ({ totp, passkeys, oidc }: User): string => {
  const count = Number(totp) + passkeys + Number(oidc === 'linked')
  const stay = count > 1 ? 'stay' : 'stays'
  return totp || passkeys > 0 ? `${stay}; the link asks for the second factor, too.` : `${stay}.`
}
