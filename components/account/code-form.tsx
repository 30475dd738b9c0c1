'use client'

import type { ReactNode } from 'react'
import { useState } from 'react'
import type { WireError } from '@/lib/errors.ts'
import { Button } from '../ui/button.tsx'
import { fieldError, formError } from '../ui/form-errors.ts'
import { Note } from '../ui/panel.tsx'
import { CodeField } from './code-field.tsx'

interface CodeFormProps {
  /** Whose code it is, where that is not plain. */
  label?: string
  /** The change that the code goes to: whether it is under way, and what it last failed with. */
  change: { pending: boolean; error: WireError | undefined }
  onCode: (code: string) => void
  submit: string
  /** Behind the button. */
  children?: ReactNode
}

/** Asks for the code of an authenticator app, or one in its place. */
export function CodeForm({ label, change, onCode, submit, children }: CodeFormProps) {
  const [code, setCode] = useState('')
  const error = formError(change.error)
  return (
    <form
      method="post"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        onCode(code)
      }}
    >
      <CodeField
        {...(label === undefined ? {} : { label })}
        hint="The six digits that your authenticator app shows, or a recovery code."
        value={code}
        onChange={setCode}
        error={fieldError(change.error, 'code')}
      />
      {error !== undefined && <Note tone="bad">{error}</Note>}
      <Button type="submit" variant="primary" size="lg" className="w-full" pending={change.pending}>
        {submit}
      </Button>
      {children}
    </form>
  )
}
