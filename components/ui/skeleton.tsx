import { cn } from './cn.ts'

/** Stands where something will be, in its final size. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block animate-breathe rounded-sm bg-raised', className)} />
}

/** Rows of a table that is being loaded. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-9 items-center gap-6 border-b border-line px-5">
          <Skeleton className="h-3 w-8" />
          <Skeleton className="h-3 w-14" />
          <Skeleton className={index % 2 === 0 ? 'h-3 w-32' : 'h-3 w-24'} />
          <Skeleton className="h-3 w-28 max-sm:hidden" />
        </div>
      ))}
    </div>
  )
}
