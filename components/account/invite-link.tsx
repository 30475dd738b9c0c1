'use client'

import { INVITE_HOURS } from '@/lib/account.ts'
import { invitePath } from '@/lib/paths.ts'
import { Button } from '../ui/button.tsx'
import { CopyTextButton } from '../ui/copy-button.tsx'
import { Note } from '../ui/panel.tsx'

/** A link with which a user sets a password; shown this once. */
export function InviteLink({ userName, token, onDone }: { userName: string; token: string; onDone: () => void }) {
  const link = `${window.location.origin}${invitePath(token)}`
  return (
    <div className="space-y-4 pb-2">
      <p>
        Give this link to <span className="font-medium">{userName}</span>, and to nobody else. It works once, within{' '}
        {INVITE_HOURS / 24} days, and is not shown again.
      </p>
      <code aria-label="Link" className="block rounded-md bg-sunken p-3 font-mono text-xs break-all">
        {link}
      </code>
      <Note>Whoever opens it sets the password and is logged in as {userName}.</Note>
      <div className="flex items-center justify-end gap-2">
        <CopyTextButton text={link} label="Copy the link" />
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  )
}
