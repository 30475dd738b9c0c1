'use client'

import { SearchX } from 'lucide-react'
import type { Jail } from '@/lib/jail.ts'
import { jobPath } from '@/lib/paths.ts'
import { useJobs } from '../live/use-live-data.ts'
import { ButtonLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'

/** Instead of the page of a jail that is not there; `last` is what it was while one looked. */
export function JailGone({ id, last }: { id: string; last: Jail | undefined }) {
  const destroyed = useJobs().find(
    ({ jailId, kind, state }) => jailId === id && kind === 'jail.destroy' && state === 'succeeded',
  )
  const tag = last?.tag ?? destroyed?.target
  const isTemplate = last?.kind === 'template'
  return (
    <>
      <PageHeader
        title={tag ?? 'No such jail'}
        crumbs={[isTemplate ? { href: '/templates', label: 'Templates' } : { href: '/jails', label: 'Jails' }]}
      />
      <EmptyState
        icon={SearchX}
        title={tag === undefined ? 'No such jail' : `${tag} is gone`}
        actions={
          <>
            <ButtonLink variant="primary" href={isTemplate ? '/templates' : '/jails'}>
              {isTemplate ? 'To the templates' : 'To the jails'}
            </ButtonLink>
            {destroyed !== undefined && <ButtonLink href={jobPath(destroyed.id)}>Show the job</ButtonLink>}
          </>
        }
      >
        {destroyed !== undefined ? (
          <>
            {destroyed.actor} destroyed it <RelativeTime at={destroyed.endedAt ?? destroyed.createdAt} />.
          </>
        ) : tag === undefined ? (
          'It was destroyed or renamed, or the address is wrong.'
        ) : (
          'It was destroyed or renamed while you looked, not by this panel: perhaps in a terminal.'
        )}
      </EmptyState>
    </>
  )
}
