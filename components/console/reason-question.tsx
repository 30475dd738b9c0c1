'use client'

import { useState } from 'react'
import { VisitReason } from '@/lib/recording.ts'
import { Button } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'

/** Asks why a console is opened, where the recording policy wants to know. */
export function ReasonQuestion({ onReason }: { onReason: (reason: string) => void }) {
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string>()
  return (
    <div className="absolute inset-0 z-10 flex items-center justify-center bg-bg p-4">
      <form
        className="w-full max-w-md space-y-3 rounded-lg border border-line bg-surface p-5"
        onSubmit={(event) => {
          event.preventDefault()
          const parsed = VisitReason.safeParse(reason)
          if (parsed.success) onReason(parsed.data)
          else setProblem(parsed.error.issues[0]?.message)
        }}
      >
        <h2 className="text-lg font-semibold">Why do you open this console?</h2>
        <p className="text-text-second">
          What it shows is recorded, and the reason stands with it in the recordings and in the audit.
        </p>
        <Field label="Reason" error={problem}>
          <TextInput
            autoFocus
            value={reason}
            placeholder="disk alarm of last night"
            onChange={(event) => {
              setReason(event.target.value)
              setProblem(undefined)
            }}
          />
        </Field>
        <div className="flex justify-end">
          <Button type="submit" variant="primary">
            Open console
          </Button>
        </div>
      </form>
    </div>
  )
}
