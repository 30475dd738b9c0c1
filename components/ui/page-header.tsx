import Link from 'next/link'
import type { ReactNode } from 'react'
import { Mark } from './mark.tsx'

interface PageHeaderProps {
  title: ReactNode
  /** Where the page stands: Jails / …; the last link leads up. */
  crumbs?: readonly { href: string; label: string }[]
  /** Right beside the title: a state, a badge. */
  beside?: ReactNode
  /** Right end: buttons, the main one last. */
  actions?: ReactNode
  /** Below: filter bar or tabs. */
  children?: ReactNode
}

/** Head of a page: title, what one can do here, filter or tabs below. */
export function PageHeader({ title, crumbs = [], beside, actions, children }: PageHeaderProps) {
  return (
    <header className="shrink-0 border-b border-line bg-bg">
      <div className="flex min-h-[60px] flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 sm:px-5">
        {/* So wide at least: on a phone the actions go below the title before it is cut to nothing. */}
        <div className="flex min-w-[min(100%,13rem)] flex-1 items-center gap-2.5">
          <span className={crumbs.length > 0 ? 'hidden' : 'md:hidden'}>
            <Mark size={22} />
          </span>
          {crumbs.map(({ href, label }) => (
            <Link key={href} href={href} className="shrink-0 text-text-second hover:text-text">
              {label} /
            </Link>
          ))}
          <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
          {beside}
        </div>
        {actions !== undefined && <div className="flex items-center gap-2.5">{actions}</div>}
      </div>
      {children}
    </header>
  )
}

/** Body of a page below its head: scrolls by itself. */
export function PageBody({ children, padded = true }: { children: ReactNode; padded?: boolean }) {
  return (
    <div className={padded ? 'min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-5' : 'min-h-0 flex-1 overflow-y-auto'}>
      {children}
    </div>
  )
}
