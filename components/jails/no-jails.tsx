'use client'

import { BookOpen, LayoutGrid, Plus } from 'lucide-react'
import { useHost, useReleases, useTemplates } from '../live/use-live-data.ts'
import { useCan } from '../live/use-rights.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'

/** A host without jails: what has to be there first, and the way to the first jail. */
export function NoJails() {
  const hasPool = useHost().pools.some(({ active }) => active)
  const hasRelease = useReleases().some(({ fetched }) => fetched)
  const hasTemplate = useTemplates().length > 0
  const refusal = useCan('jail:create')
  const ready = hasPool && (hasRelease || hasTemplate)
  return (
    <EmptyState
      icon={LayoutGrid}
      title="No jails yet"
      actions={
        <>
          {ready &&
            (refusal === undefined ? (
              <ButtonLink variant="primary" icon={Plus} href="/jails/new">
                Create the first jail
              </ButtonLink>
            ) : (
              <Button icon={Plus} disabledReason={refusal}>
                Create the first jail
              </Button>
            ))}
          <ButtonLink variant={ready ? 'secondary' : 'primary'} icon={BookOpen} href="/guide">
            First steps
          </ButtonLink>
        </>
      }
    >
      <p>
        {!hasPool
          ? 'iocage has no pool to keep jails in. The first steps begin with choosing one.'
          : ready
            ? 'A jail is a FreeBSD of its own on this host: its own files, address and users. It takes seconds to make.'
            : 'A jail is made from a release, and none is fetched yet. The first steps lead there.'}
      </p>
      <p className="mt-2">Jails that are made in a terminal appear here by themselves.</p>
    </EmptyState>
  )
}
