'use client'

import { Pencil } from 'lucide-react'
import Link from 'next/link'
import type { Jail } from '@/lib/jail.ts'
import { jailPath } from '@/lib/paths.ts'
import { useAllJails } from '../live/use-live-data.ts'
import { CreateFromLink } from '../create-jails/create-from-link.tsx'
import { Panel } from '../ui/panel.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { JailFacts } from './jail-facts.tsx'
import { JailLink } from './jail-link.tsx'
import { JailNotes } from './jail-notes.tsx'
import { JailSpace } from './jail-space.tsx'
import { JailState } from './jail-state.tsx'
import { LastJobs } from './last-jobs.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'

/** What one wants to know first about a jail or template. */
export function OverviewTab({ jail }: { jail: Jail }) {
  const refusal = useJailRefusal()('configure', jail)
  const edit = (property: string) =>
    refusal === undefined ? (
      <Tooltip content={`Change ${property}`}>
        <Link
          href={`${jailPath(jail.id, 'properties')}&edit=${property}`}
          aria-label={`Change ${property}`}
          className="-my-0.5 flex size-6 shrink-0 items-center justify-center rounded-sm text-text-third hover:bg-raised hover:text-text"
        >
          <Pencil aria-hidden size={12} />
        </Link>
      </Tooltip>
    ) : null
  return (
    <div className="grid max-w-5xl gap-5 px-4 py-5 sm:px-5">
      <div className="space-y-2 empty:hidden">
        <JailNotes jail={jail} />
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[1.25fr_1fr]">
        <div className="grid gap-5">
          <Panel title="Facts">
            <JailFacts jail={jail} edit={edit} />
          </Panel>
          {jail.kind === 'template' && <Children template={jail} />}
        </div>
        <Panel>
          <div className="space-y-5">
            {jail.driver !== null && <JailSpace id={jail.id} />}
            <LastJobs jailId={jail.id} />
          </div>
        </Panel>
      </div>
    </div>
  )
}

/** The jails that were made from a template. */
function Children({ template: { tag } }: { template: Jail }) {
  const children = useAllJails().filter(({ source }) => source?.kind === 'template' && source.name === tag)
  return (
    <Panel
      title={`Jails made from it (${children.length})`}
      actions={<CreateFromLink query={`template=${encodeURIComponent(tag)}`} label={`Create a jail from ${tag}`} />}
      flush
    >
      {children.length === 0 && <p className="px-4 py-4 text-text-second">None yet.</p>}
      <ul>
        {children.map((child) => (
          <li
            key={child.id}
            className="flex items-center justify-between gap-3 border-b border-line px-4 py-2 last:border-b-0"
          >
            <JailLink id={child.id} />
            <JailState jail={child} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
