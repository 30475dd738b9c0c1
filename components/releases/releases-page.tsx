'use client'

import { Download, Plus } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { fetchRelease } from '@/server/panel/actions/host.ts'
import { useChange } from '../live/use-change.ts'
import { useHost, useJobs, useReleases } from '../live/use-live-data.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Note, Panel } from '../ui/panel.tsx'
import { useNow } from '../ui/relative-time.tsx'
import { FetchDialog } from './fetch-dialog.tsx'
import { releaseRows } from './release-rows.ts'
import { ReleaseTable } from './release-table.tsx'
import { useFetchRefusal } from './use-fetch-refusal.ts'

/** Releases: those that jails can be made from now, and those that the mirror offers. */
export function ReleasesPage() {
  const [asked, setAsked] = useQueryState('fetch', parseAsString.withOptions({ history: 'push' }))
  const { capabilities, pools } = useHost()
  const refusal = useFetchRefusal()
  const fetch = useChange(fetchRelease)
  const rows = releaseRows(useReleases(), useJobs(), useNow())
  const fetched = rows.filter(({ release }) => release.fetched)
  const others = rows.filter(({ release }) => !release.fetched)
  const isPoolMissing = !pools.some(({ active }) => active)
  const onFetch = (name: string, endOfLifePassed: boolean) =>
    endOfLifePassed ? void setAsked(name) : fetch.run({ release: name })
  return (
    <>
      <PageHeader
        title="Releases"
        actions={
          <Button icon={Download} disabledReason={refusal} onClick={() => void setAsked('')}>
            <span className="max-sm:hidden">Fetch by name</span>
            <span className="sm:hidden">Fetch</span>
          </Button>
        }
      />
      <PageBody>
        <div className="grid max-w-6xl grid-cols-1 gap-5">
          {isPoolMissing && (
            <Note
              tone="changing"
              actions={
                <ButtonLink size="sm" href="/host">
                  To the pools
                </ButtonLink>
              }
            >
              No pool is active yet, so there is no place for a release.
            </Note>
          )}
          {!isPoolMissing && capabilities.canFetch !== null && <Note tone="bad">{capabilities.canFetch}</Note>}
          <Panel title="Fetched" description="Jails can be made from these at once." flush>
            {fetched.length === 0 ? (
              <EmptyState icon={Download} title="None yet">
                A release is a whole FreeBSD userland. Fetch one below: every jail begins with the files of a release,
                or of a template that began so.
              </EmptyState>
            ) : (
              <ReleaseTable rows={fetched} fetchRefusal={refusal} onFetch={onFetch} />
            )}
          </Panel>
          {others.length > 0 && (
            <Panel
              title="Offered"
              description="Can be fetched from the mirror. A fetch goes on when you leave this page."
              flush
            >
              <ReleaseTable rows={others} fetchRefusal={refusal} onFetch={onFetch} />
            </Panel>
          )}
          {/* Whoever may not fetch reads why on the button above. */}
          {refusal === undefined && (
            <p className="text-text-second">
              Another one, also an old one from the archive:{' '}
              <button
                type="button"
                className="inline-flex items-center gap-1 rounded-sm text-accent-text hover:underline"
                onClick={() => void setAsked('')}
              >
                <Plus aria-hidden size={13} />
                fetch it by its name
              </button>
            </p>
          )}
        </div>
      </PageBody>
      <FetchDialog release={asked ?? undefined} onClose={() => void setAsked(null)} />
    </>
  )
}
