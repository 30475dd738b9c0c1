'use client'

import { Button } from '../ui/button.tsx'
import { CopyTextButton } from '../ui/copy-button.tsx'
import { Note } from '../ui/panel.tsx'

/** Codes for the day when the phone is gone; shown this once. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className="space-y-4 pb-2">
      <Note tone="changing">
        Keep these where your phone is not: each lets you in once in place of a code. They are not shown again.
      </Note>
      <ul
        aria-label="Recovery codes"
        className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-md bg-sunken p-4 font-mono text-xs"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex items-center justify-end gap-2">
        <CopyTextButton text={codes.join('\n')} label="Copy all" />
        <Button variant="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  )
}
