'use client'

import { ChevronRight } from 'lucide-react'
import { cn } from '../ui/cn.ts'
import type { DatasetRow } from './dataset-rows.ts'

const indents = {
  button: ['pl-0', 'pl-4', 'pl-8', 'pl-12', 'pl-16', 'pl-20', 'pl-24'],
  text: ['pl-6', 'pl-10', 'pl-14', 'pl-18', 'pl-22', 'pl-26', 'pl-30'],
} as const

/** How far to the right something of a dataset in the tree stands: its fold button, or text. Deep down it ends. */
export const treeIndent = (depth: number, what: keyof typeof indents): string =>
  indents[what][Math.min(depth, indents[what].length - 1)] ?? ''

/** A dataset's name in the tree, with what lies below it to fold away. */
export function TreeName({ row: { depth, label, fold, dataset }, onFold }: { row: DatasetRow; onFold: () => void }) {
  return (
    <span className={cn('flex items-start gap-1', treeIndent(depth, 'button'))}>
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
