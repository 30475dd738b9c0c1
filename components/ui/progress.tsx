import { cn } from './cn.ts'

interface ProgressProps {
  /** Part done, 0 to 1; null: how much is not known. */
  value: number | null
  label: string
  className?: string
  tone?: 'accent' | 'up' | 'bad'
}

const tones = { accent: 'fill-accent', up: 'fill-up', bad: 'fill-bad' }

/** How far something is. */
export function Progress({ value, label, className, tone = 'accent' }: ProgressProps) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={cn('h-1 w-full overflow-hidden rounded-full bg-raised', className)}
    >
      <svg
        width="100%"
        height="100%"
        preserveAspectRatio="none"
        viewBox="0 0 100 1"
        aria-hidden
        className={tones[tone]}
      >
        {percent === undefined ? (
          <rect className="animate-breathe" width="100" height="1" opacity="0.6" />
        ) : (
          <rect width={percent} height="1" className="transition-[width] duration-150" />
        )}
      </svg>
    </div>
  )
}
