'use client'

import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { AuditRow } from '@/lib/account.ts'
import { shellLine } from '@/lib/job.ts'
import { jobPath } from '@/lib/paths.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { CommandBlock } from '../ui/command-line.tsx'
import { Fact, Facts } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'

const outcomes: Record<AuditRow['outcome'], { word: string; tone: Tone }> = {
  intent: { word: 'asked', tone: 'neutral' },
  succeeded: { word: 'done', tone: 'up' },
  failed: { word: 'failed', tone: 'bad' },
  refused: { word: 'refused', tone: 'changing' },
}

const head = 'px-3 py-2 text-left text-xs font-medium text-text-second'
const cell = 'px-3 py-2 align-top'

/** Rows of the audit log, newest first; each opens to what was run. */
export function AuditTable({ rows }: { rows: readonly AuditRow[] }) {
  const [open, setOpen] = useState<number>()
  return (
    <table className="w-full border-collapse">
      <thead className="border-b border-line max-md:hidden">
        <tr>
          <th className={cn(head, 'w-8 pl-5')}>
            <span className="sr-only">Open</span>
          </th>
          <th className={cn(head, 'w-32')}>When</th>
          <th className={cn(head, 'w-28')}>Who</th>
          <th className={head}>What</th>
          <th className={cn(head, 'w-36')}>From</th>
          <th className={cn(head, 'w-24')}>Outcome</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <AuditEntry
            key={row.seq}
            row={row}
            open={open === row.seq}
            onToggle={() => setOpen(open === row.seq ? undefined : row.seq)}
          />
        ))}
      </tbody>
    </table>
  )
}

function AuditEntry({ row, open, onToggle }: { row: AuditRow; open: boolean; onToggle: () => void }) {
  const { word, tone } = outcomes[row.outcome]
  return (
    <>
      <tr className={cn('border-b border-line hover:bg-bg max-md:flex max-md:flex-wrap', open && 'bg-bg')}>
        <td className={cn(cell, 'pl-5 max-md:pl-3')}>
          <button
            type="button"
            aria-expanded={open}
            aria-label={`Details of ${row.text}`}
            onClick={onToggle}
            className="flex size-5 items-center justify-center rounded-sm text-text-third hover:text-text"
          >
            <ChevronRight
              aria-hidden
              size={14}
              className={cn('transition-transform duration-100', open && 'rotate-90')}
            />
          </button>
        </td>
        <td className={cn(cell, 'whitespace-nowrap text-text-second')}>
          <RelativeTime at={row.at} />
        </td>
        <td className={cell}>{row.actor === '' ? <span className="text-text-third">nobody</span> : row.actor}</td>
        <td className={cn(cell, 'max-md:order-last max-md:w-full max-md:pl-11')}>
          {row.text}
          {row.detail !== '' && <span className="block text-xs text-text-second">{row.detail}</span>}
        </td>
        <td className={cn(cell, 'font-mono text-xs leading-5 text-text-second max-md:hidden')}>{row.address}</td>
        <td className={cell}>
          <Badge tone={tone}>{word}</Badge>
        </td>
      </tr>
      {open && (
        <tr className="border-b border-line bg-bg">
          <td colSpan={6} className="px-4 pt-1 pb-4 sm:pl-14">
            <div className="grid max-w-4xl gap-4">
              <Facts>
                <Fact name="Row">{row.seq}</Fact>
                <Fact name="Time" mono>
                  {row.at}
                </Fact>
                <Fact name="Verb" mono>
                  {row.verb}
                </Fact>
                <Fact name="Target" mono>
                  {row.target === '' ? '-' : row.target}
                </Fact>
                <Fact name="From" mono>
                  {row.address === '' ? '-' : row.address}
                </Fact>
              </Facts>
              {row.argv.length > 0 && <CommandBlock lines={row.argv.map(shellLine)} />}
              {row.jobId !== null && (
                <ButtonLink size="sm" className="w-fit" href={jobPath(row.jobId)}>
                  Show the job
                </ButtonLink>
              )}
            </div>
          </td>
        </tr>
      )}
    </>
  )
}
