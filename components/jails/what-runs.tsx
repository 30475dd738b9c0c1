import { CommandBlock } from '../ui/command-line.tsx'
import { Note } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import type { usePreview } from './use-preview.ts'

/** The exact commands of a change before it runs, and what speaks against it. */
export function WhatRuns({ preview, problems = true }: { preview: ReturnType<typeof usePreview>; problems?: boolean }) {
  const { lines, isPending, error } = preview
  return (
    <div className="space-y-3">
      {isPending && <Skeleton className="h-14" />}
      {lines.length > 0 && <CommandBlock title="What runs" lines={lines} />}
      {error !== null && lines.length === 0 && (
        <Note tone="changing">The commands cannot be shown now: {error.message}</Note>
      )}
      {problems &&
        preview.problems.map((problem) => (
          <Note key={problem} tone="changing">
            {problem}
          </Note>
        ))}
    </div>
  )
}
