'use client'

import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { PasskeyAnswer } from '@/lib/account.ts'
import { Button } from '../ui/button.tsx'
import { Note } from '../ui/panel.tsx'
import { askPasskey } from './browser-passkeys.ts'

interface PasskeyButtonProps {
  label: string
  onAnswer: (answer: PasskeyAnswer) => void
  pending: boolean
  /** What the service said to the last answer. */
  error: string | undefined
}

/** Has the browser use a passkey. */
export function PasskeyButton({ label, onAnswer, pending, error }: PasskeyButtonProps) {
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<string>()
  const ask = async () => {
    setProblem(undefined)
    setAsking(true)
    const answer = await askPasskey()
    setAsking(false)
    if (answer.ok) onAnswer(answer.value)
    else setProblem(answer.error.message)
  }
  const shown = problem ?? error
  return (
    <div className="space-y-3">
      <Button icon={KeyRound} size="lg" className="w-full" pending={pending || asking} onClick={() => void ask()}>
        {label}
      </Button>
      {shown !== undefined && <Note tone="bad">{shown}</Note>}
    </div>
  )
}
