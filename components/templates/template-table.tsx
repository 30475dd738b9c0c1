'use client'

import { addressText } from '@/lib/jail.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { CreateFromLink } from '../create-jails/create-from-link.tsx'
import type { JailQuestion } from '../jails/jail-dialogs.tsx'
import { JailLink } from '../jails/jail-link.tsx'
import { JailMenu } from '../jails/jail-menu.tsx'
import { JailNames } from '../jails/jail-names.tsx'
import { JailState } from '../jails/jail-state.tsx'
import { useJobOf } from '../live/use-live-data.ts'
import { EndOfLifeBadge } from '../releases/end-of-life-badge.tsx'
import { Badge } from '../ui/badge.tsx'
import { cn } from '../ui/cn.ts'
import type { TemplateRow } from './template-rows.ts'

interface TemplateTableProps {
  rows: readonly TemplateRow[]
  onAsk: (question: JailQuestion) => void
}

const head = 'px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-text-second'
const cell = 'px-3 py-2 align-middle @max-4xl:p-0'
const mono = cn(cell, 'font-mono text-xs whitespace-nowrap')

/** Templates with what was made from them; in a narrow place as cards. */
export function TemplateTable({ rows, onAsk }: TemplateTableProps) {
  return (
    <div className="@container">
      <table className="w-full border-collapse @max-4xl:block">
        <thead className="border-b border-line @max-4xl:hidden">
          <tr>
            <th className={cn(head, 'pl-5')}>Tag</th>
            <th className={head}>Release</th>
            <th className={head}>IP4</th>
            <th className={head}>Jails made from it</th>
            <th className={cn(head, 'text-right')}>Used</th>
            <th className={cn(head, 'text-right')}>Refer</th>
            <th className={cn(head, 'pr-5')}>
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="@max-4xl:block">
          {rows.map((row) => (
            <TemplateLine key={row.template.id} row={row} onAsk={onAsk} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function TemplateLine({ row, onAsk }: { row: TemplateRow; onAsk: (question: JailQuestion) => void }) {
  const { template, children, usedBytes, referencedBytes } = row
  const { id, tag, release, ip4, state, problem } = template
  const job = useJobOf(id)
  return (
    <tr className="border-b border-line hover:bg-bg @max-4xl:relative @max-4xl:flex @max-4xl:flex-wrap @max-4xl:items-center @max-4xl:gap-x-4 @max-4xl:gap-y-1 @max-4xl:px-4 @max-4xl:py-3">
      <td
        className={cn(cell, 'pl-5 @max-4xl:flex @max-4xl:min-h-9 @max-4xl:w-full @max-4xl:items-center @max-4xl:pr-40')}
      >
        <span className="flex flex-wrap items-center gap-x-2.5">
          <JailLink id={id} />
          {(job !== undefined || state === 'unreadable') && <JailState jail={template} />}
          {problem !== null && <Badge tone="bad">{problem}</Badge>}
        </span>
      </td>
      <td className={mono}>
        <span className="flex flex-wrap items-center gap-x-2">
          {release ?? '-'}
          {release !== null && <EndOfLifeBadge release={release} />}
        </span>
      </td>
      <td className={mono}>{addressText(ip4)}</td>
      <td className={cn(cell, '@max-4xl:order-last @max-4xl:w-full')}>
        <span className="flex flex-wrap items-baseline gap-x-2.5">
          <span className="text-xs text-text-second tabular-nums">
            {children.length === 0 ? 'none yet' : children.length}
            {children.length > 0 && <span className="hidden @max-4xl:inline"> made from it</span>}
          </span>
          {children.length > 0 && <JailNames ids={children} />}
        </span>
      </td>
      <td className={cn(mono, 'text-right')}>
        <span className="hidden font-sans text-text-third @max-4xl:inline">used </span>
        {usedBytes === undefined ? '-' : formatBytes(usedBytes)}
      </td>
      <td className={cn(mono, 'text-right')}>
        <span className="hidden font-sans text-text-third @max-4xl:inline">refer </span>
        {referencedBytes === undefined ? '-' : formatBytes(referencedBytes)}
      </td>
      <td className={cn(cell, 'pr-5 @max-4xl:absolute @max-4xl:top-2 @max-4xl:right-3')}>
        <span className="flex items-center justify-end gap-1">
          <CreateFromLink query={`template=${encodeURIComponent(tag)}`} label={`Create a jail from ${tag}`} />
          <JailMenu jail={template} onAsk={onAsk} />
        </span>
      </td>
    </tr>
  )
}
