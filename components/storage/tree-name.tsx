'use client'

import { ChevronRight } from 'lucide-react'
import { cn } from '../ui/cn.ts'
import type { DatasetRow } from './dataset-rows.ts'

/** Deeper than this a name is not moved further to the right. */
const DEEPEST = 6
const indents = ['pl-0', 'pl-4', 'pl-8', 'pl-12', 'pl-16', 'pl-20', 'pl-24'] as const

/** A dataset's name in the tree, with what lies below it to fold away. */
export function TreeName({ row: { depth, label, fold, dataset }, onFold }: { row: DatasetRow; onFold: () => void }) {
  return (
    <span className={cn('flex items-start gap-1', indents[Math.min(depth, DEEPEST)])}>
      {fold === null ? (
        <span className="w-5 shrink-0" />
      ) : (
        <button
          type="button"
          aria-expanded={fold === 'open'}
          aria-label={`What lies below ${dataset.name}`}
          onClick={onFold}
          className="flex size-5 shrink-0 items-center justify-center rounded-sm text-text-third hover:text-text"
        >
          <ChevronRight
            aria-hidden
            size={13}
            className={cn('transition-transform duration-100', fold === 'open' && 'rotate-90')}
          />
        </button>
      )}
      <span title={dataset.name}>{label}</span>
    </span>
  )
}
