'use client'

import { useState } from 'react'
import { enableTotp } from '@/server/panel/actions/account.ts'
import { useChange } from '../live/use-change.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { DialogButtons } from '../ui/dialog-buttons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { QrCode } from '../ui/qr-code.tsx'
import { CodeField } from './code-field.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

interface TotpDialogProps {
  secret: string
  uri: string
  /** It is on, and the recovery codes were seen; or not on at all. */
  onClose: () => void
  onEnabled: () => void
}

/** Gives an app the secret, has it prove that, and shows the recovery codes. */
export function TotpDialog({ secret, uri, onClose, onEnabled }: TotpDialogProps) {
  const [code, setCode] = useState('')
  const enable = useChange(enableTotp, { errors: 'inline', onSuccess: onEnabled })
  if (enable.output !== undefined)
    return (
      <Dialog open onOpenChange={onClose} title="Recovery codes" description="The authenticator app is set up.">
        <RecoveryCodes codes={enable.output.recoveryCodes} onDone={onClose} />
      </Dialog>
    )
  const error = formError(enable.error)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="md"
      title="Set up an authenticator app"
      description="Scan this with the app, then give the six digits that it shows."
    >
      <form
        method="post"
        className="space-y-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault()
          enable.run({ code })
        }}
      >
        <div className="flex flex-wrap items-start gap-5">
          <QrCode text={uri} label="QR code with the secret for the authenticator app" />
          <div className="min-w-48 flex-1 space-y-4">
            <div>
              <p className="font-medium">No camera? Type this secret</p>
              <p className="mt-1 flex items-start gap-1">
                <code data-testid="totp-secret" className="font-mono text-xs leading-5 break-all">
                  {secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
                </code>
                <CopyButton text={secret} label="Copy the secret" />
              </p>
              <p className="mt-1 text-xs text-text-second">Time based, six digits, 30 seconds.</p>
            </div>
            <CodeField
              label="Code that the app shows"
              value={code}
              onChange={setCode}
              error={fieldError(enable.error, 'code')}
            />
          </div>
        </div>
        {error !== undefined && <Note tone="bad">{error}</Note>}
        <DialogButtons
          submit="Turn on"
          onCancel={onClose}
          pending={enable.pending}
          disabledReason={code === '' ? 'Give the code that the app shows.' : undefined}
        />
      </form>
    </Dialog>
  )
}
