import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface EmptyStateProps {
  icon?: LucideIcon
  title: string
  /** What this place is for and what to do next. */
  children?: ReactNode
  actions?: ReactNode
}

/** A place with nothing in it yet: says what comes here and offers the next step. */
export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-16 text-center">
      {Icon !== undefined && <Icon aria-hidden size={28} strokeWidth={1.5} className="mb-1 text-text-third" />}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children !== undefined && <div className="text-text-second">{children}</div>}
      {actions !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
