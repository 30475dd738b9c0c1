'use client'

import { Plus } from 'lucide-react'
import { useCan } from '../live/use-rights.ts'
import { Button, ButtonLink } from '../ui/button.tsx'

interface CreateFromLinkProps {
  /** The source as the wizard's address has it: `release=14.3-RELEASE`, `template=base`. */
  query: string
  /** What it does, for everyone who cannot see in which row it stands. */
  label: string
}

/** To the wizard with its source chosen; without the right to it a button that says so. */
export function CreateFromLink({ query, label }: CreateFromLinkProps) {
  const refusal = useCan('jail:create')
  if (refusal !== undefined)
    return (
      <Button size="sm" icon={Plus} aria-label={label} disabledReason={refusal}>
        Create jail
      </Button>
    )
  return (
    <ButtonLink size="sm" icon={Plus} aria-label={label} href={`/jails/new?${query}`}>
      Create jail
    </ButtonLink>
  )
}
