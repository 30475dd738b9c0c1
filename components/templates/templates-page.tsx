'use client'

import { useQuery } from '@tanstack/react-query'
import { Layers, Plus } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import { addressText } from '@/lib/jail.ts'
import type { JailQuestion } from '../jails/jail-dialogs.tsx'
import { JailDialogs } from '../jails/jail-dialogs.tsx'
import { readQuery } from '../live/read-query.ts'
import { useAllJails, useReleases } from '../live/use-live-data.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { CommandBlock } from '../ui/command-line.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterInput } from '../ui/filter-input.tsx'
import { PageBody, PageHeader } from '../ui/page-header.tsx'
import { Note } from '../ui/panel.tsx'
import { templateRows } from './template-rows.ts'
import { TemplateTable } from './template-table.tsx'

/** From so many templates on they need a filter. */
const FILTER_FROM = 8

/** Templates: what jails are made from, and which were. */
export function TemplatesPage() {
  const [search, setSearch] = useQueryState(
    'search',
    parseAsString.withDefault('').withOptions({ history: 'replace', throttleMs: 200 }),
  )
  const [question, setQuestion] = useState<JailQuestion>()
  const storage = useQuery(readQuery('host.storage', {}))
  const rows = templateRows(useAllJails(), storage.data?.datasets ?? [])
  const wanted = search.trim().toLowerCase()
  const shown = rows.filter(({ template: { tag, release, ip4 } }) =>
    `${tag} ${release ?? ''} ${addressText(ip4)}`.toLowerCase().includes(wanted),
  )
  return (
    <>
      <PageHeader title="Templates">
        {(rows.length >= FILTER_FROM || search !== '') && (
          <div className="flex px-4 pb-3 sm:px-5">
            <FilterInput
              label="Filter templates"
              placeholder="tag, release, address …"
              value={search}
              onChange={(text) => void setSearch(text === '' ? null : text)}
              count={`${shown.length} of ${rows.length}`}
            />
          </div>
        )}
      </PageHeader>
      <PageBody padded={false}>
        {storage.error !== null && rows.length > 0 && (
          <div className="p-4">
            <Note tone="changing">The space of templates is not known: {storage.error.message}</Note>
          </div>
        )}
        {rows.length === 0 && <NoTemplates />}
        {rows.length > 0 && shown.length === 0 && (
          <EmptyState
            icon={Layers}
            title="Nothing matches"
            actions={<Button onClick={() => void setSearch(null)}>Show all templates</Button>}
          >
            No template has “{search}” in its tag, release or address.
          </EmptyState>
        )}
        {shown.length > 0 && <TemplateTable rows={shown} onAsk={setQuestion} />}
      </PageBody>
      <JailDialogs question={question} onClose={() => setQuestion(undefined)} />
    </>
  )
}

function NoTemplates() {
  const isReleaseHere = useReleases().some(({ fetched }) => fetched)
  return (
    <EmptyState
      icon={Layers}
      title="No templates yet"
      actions={
        isReleaseHere ? (
          <>
            <ButtonLink variant="primary" icon={Plus} href="/jails/new">
              Create a jail for it
            </ButtonLink>
            <ButtonLink href="/jails">To the jails</ButtonLink>
          </>
        ) : (
          <ButtonLink variant="primary" href="/releases">
            Fetch a release first
          </ButtonLink>
        )
      }
    >
      <p>
        A template is a jail that is kept ready to be copied: new jails begin with its packages and its settings in
        /etc, and share its files until they change them. It does not run itself.
      </p>
      <p className="mt-2">
        To make one, create a jail, set it up, stop it, and choose <em>Convert to template</em> on its page.
      </p>
      <div className="mt-4 text-left">
        <CommandBlock title="The same in a terminal" lines={['iocage stop TAG', 'iocage set template=yes TAG']} />
      </div>
    </EmptyState>
  )
}
