'use client'

import { useQuery } from '@tanstack/react-query'
import { KeyRound, Smartphone } from 'lucide-react'
import { useState } from 'react'
import type { OwnFactors } from '@/lib/account.ts'
import type { Role } from '@/lib/capabilities.ts'
import { beginTotp, confirmIdentity, logOut } from '@/server/panel/actions/account.ts'
import { readQuery } from '../live/read-query.ts'
import { useChange } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Door } from '../ui/door.tsx'
import { formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { AddPasskeyDialog } from './add-passkey-dialog.tsx'
import { CodeForm } from './code-form.tsx'
import { ConfirmByProvider } from './confirm-by-provider.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { TotpDialog } from './totp-dialog.tsx'

interface SecondStepProps {
  /** undefined: it was done on this page just now. */
  step: 'setUp' | 'confirm' | undefined
  role: Role
  /** A page of this panel to go to afterwards. */
  next: string
}

/** A second factor, before anything else: set up by who has none, shown by who has one. */
export function SecondStep({ step: asked, role, next }: SecondStepProps) {
  // Each proof gives the session another cookie, after which Next renders the page anew: recovery codes are still shown then.
  const [step] = useState(asked ?? 'confirm')
  const { data, error } = useQuery(readQuery('account.factors', {}))
  const leave = useChange(logOut, { atDoor: true, onSuccess: () => window.location.assign('/login') })
  // A whole new page: nothing of the session as it was stays in memory.
  const goOn = () => window.location.assign(next)
  return (
    <Door
      title={step === 'setUp' ? 'Set up a second factor' : 'Show your second factor'}
      description={
        step === 'setUp'
          ? `Whoever is ${role} here must have one, so that a stolen password alone lets nobody in. It takes a minute.`
          : `Whoever is ${role} here must show one at each login.`
      }
    >
      <div className="space-y-3">
        {error !== null && <Note tone="bad">{error.message}</Note>}
        {data === undefined && error === null && <SkeletonRows rows={2} />}
        {data !== undefined && step === 'setUp' && <SetUp factors={data} onDone={goOn} />}
        {data !== undefined && step === 'confirm' && <Show factors={data} onDone={goOn} />}
        <Button variant="ghost" className="w-full" pending={leave.pending} onClick={() => leave.run({})}>
          Log out
        </Button>
      </div>
    </Door>
  )
}

interface StepProps {
  factors: OwnFactors
  onDone: () => void
}

function SetUp({ factors, onDone }: StepProps) {
  const [adding, setAdding] = useState(false)
  const [enabled, setEnabled] = useState(false)
  const begin = useChange(beginTotp)
  return (
    <>
      <Button
        icon={Smartphone}
        variant="primary"
        size="lg"
        className="w-full"
        pending={begin.pending}
        onClick={() => begin.run({})}
      >
        Set up an authenticator app
      </Button>
      <Button
        icon={KeyRound}
        size="lg"
        className="w-full"
        disabledReason={factors.passkeysRefusal ?? undefined}
        onClick={() => setAdding(true)}
      >
        Add a passkey
      </Button>
      {begin.output !== undefined && (
        <TotpDialog
          {...begin.output}
          onEnabled={() => setEnabled(true)}
          onClose={() => (enabled ? onDone() : begin.reset())}
        />
      )}
      {adding && <AddPasskeyDialog onClose={() => setAdding(false)} onAdded={onDone} />}
    </>
  )
}

function Show({ factors, onDone }: StepProps) {
  const confirm = useChange(confirmIdentity, { errors: 'inline', atDoor: true, onSuccess: onDone })
  const byCode = factors.totpSince !== null
  const error = formError(confirm.error)
  return (
    <>
      {byCode && <CodeForm change={confirm} onCode={(code) => confirm.run({ code })} submit="Continue" />}
      {factors.passkeys.length > 0 && (
        <PasskeyButton
          label="Use a passkey"
          onAnswer={(passkey) => confirm.run({ passkey })}
          pending={confirm.pending}
          error={byCode ? undefined : error}
        />
      )}
      {factors.oidc.confirms && <ConfirmByProvider provider={factors.oidc.provider ?? ''} onDone={onDone} />}
    </>
  )
}
