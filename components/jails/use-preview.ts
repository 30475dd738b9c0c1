'use client'

import { useQuery } from '@tanstack/react-query'
import type { ChangeVerb, VerbInput } from '@/lib/contract/verbs.ts'
import { shellLine } from '@/lib/job.ts'
import { readQuery } from '../live/read-query.ts'

/** What a change would run and take along, and what speaks against it; undefined input: nothing is asked yet. */
export function usePreview<Name extends ChangeVerb>(verb: Name, input: VerbInput<Name> | undefined) {
  const { data, error, isPending } = useQuery({
    ...readQuery('change.preview', { verb, input }),
    enabled: input !== undefined,
    // The dialog keeps what it showed while it is checked again.
    placeholderData: (before) => before,
  })
  const groups = input === undefined ? [] : (data?.groups ?? [])
  return {
    groups,
    lines: groups.flatMap(({ commands }) => commands.map(shellLine)),
    problems: [...new Set(groups.flatMap(({ problems }) => problems))],
    effects: groups.flatMap(({ effects }) => effects),
    isPending: isPending && input !== undefined,
    error,
  }
}
