'use client'

import { shellLine } from '@/lib/job.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import type { ConsoleFacts } from '@/lib/console-connection.ts'
import { commandWords } from './console-words.ts'

/** The true command, the size, and what one may rely on. */
export function ConsoleFoot({ facts, living }: { facts: ConsoleFacts | undefined; living: boolean }) {
  return (
    <footer className="flex h-[30px] shrink-0 items-center gap-3 border-t border-line px-4 text-xs text-text-second">
      <code className="min-w-0 truncate font-mono" title={facts === undefined ? undefined : shellLine(facts.argv)}>
        {facts === undefined ? '' : shellLine(commandWords(facts.argv))}
      </code>
      {facts !== undefined && <CopyButton text={shellLine(commandWords(facts.argv))} label="Copy the command" />}
      <span className="flex-1" />
      {facts !== undefined && (
        <span className="shrink-0 tabular-nums" aria-label={`${facts.cols} columns, ${facts.rows} rows`}>
          {facts.cols} × {facts.rows}
        </span>
      )}
      {living && <span className="hidden shrink-0 sm:inline">shell survives reload and lost network</span>}
    </footer>
  )
}
