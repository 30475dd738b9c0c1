'use client'

import type { ReactNode } from 'react'
import { useState } from 'react'
import { DialogButtons } from './dialog-buttons.tsx'
import { Dialog } from './dialog.tsx'
import { Field, TextInput } from './field.tsx'

interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What happens, in a sentence. */
  description?: ReactNode
  /** Exactly what goes: jails, snapshots, bytes. */
  effects?: readonly ReactNode[]
  /** More about it: the commands that run, an error. */
  children?: ReactNode
  /** The name that must be typed; without it the button alone confirms. */
  typed?: string
  /** What the button says it does: "Destroy www and 4 snapshots". */
  confirm: string
  onConfirm: () => void
  pending?: boolean
  disabledReason?: string | undefined
  tone?: 'danger' | 'primary'
}

/** The slow way to what loses data: lists what goes, wants the name typed, and the button says what it does. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, description, effects = [], children, typed } = props
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={undefined}
      width="sm"
    >
      {effects.length > 0 && (
        <ul className="mb-3 list-disc space-y-1 rounded-md bg-bad-soft py-2 pr-3 pl-7 text-bad-text">
          {effects.map((effect, index) => (
            // Texts of one dialog never change their order.
            <li key={index}>{effect}</li>
          ))}
        </ul>
      )}
      {children}
      <ConfirmForm key={`${open}-${typed ?? ''}`} {...props} />
    </Dialog>
  )
}

function ConfirmForm(props: ConfirmDialogProps) {
  const { typed, confirm, onConfirm, onOpenChange, pending = false, disabledReason, tone = 'danger' } = props
  const [text, setText] = useState('')
  const missing = typed !== undefined && text !== typed ? `Type ${typed} to confirm.` : undefined
  const reason = disabledReason ?? missing
  return (
    <form
      className="mt-3 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (reason === undefined && !pending) onConfirm()
      }}
    >
      {typed !== undefined && (
        <Field
          label={
            <span>
              Type <code className="font-mono text-text">{typed}</code> to confirm
            </span>
          }
        >
          <TextInput mono value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" autoFocus />
        </Field>
      )}
      <DialogButtons
        submit={confirm}
        onCancel={() => onOpenChange(false)}
        variant={tone}
        disabledReason={reason}
        pending={pending}
      />
    </form>
  )
}
