import type { ReactNode } from 'react'
import { cn } from './cn.ts'

interface PanelProps {
  title?: ReactNode
  /** Right end of the head. */
  actions?: ReactNode
  /** Below the title. */
  description?: ReactNode
  children: ReactNode
  /** Without padding, for tables and lists. */
  flush?: boolean
  className?: string
}

/** A titled group of things on a page: one line around it, no shadow. */
export function Panel({ title, actions, description, children, flush = false, className }: PanelProps) {
  return (
    <section className={cn('rounded-lg border border-line bg-surface', className)}>
      {(title !== undefined || actions !== undefined) && (
        <div className="flex min-h-11 flex-wrap items-center gap-3 border-b border-line px-4 py-2">
          <div className="min-w-0 flex-1">
            {title !== undefined && <h2 className="font-semibold">{title}</h2>}
            {description !== undefined && <p className="text-xs text-text-second">{description}</p>}
          </div>
          {actions}
        </div>
      )}
      <div className={flush ? 'overflow-x-auto' : 'px-4 py-4'}>{children}</div>
    </section>
  )
}

/** Facts in two columns: names left, values right. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[minmax(88px,auto)_1fr] gap-x-4 gap-y-1.5">{children}</dl>
}

/** One fact; `mono` for what could be typed or pasted. */
export function Fact({ name, children, mono = false }: { name: string; children: ReactNode; mono?: boolean }) {
  return (
    <>
      <dt className="text-text-second">{name}</dt>
      <dd className={cn('min-w-0 break-words', mono && 'font-mono text-xs leading-5')}>{children}</dd>
    </>
  )
}

interface NoteProps {
  tone?: 'info' | 'changing' | 'bad' | 'up'
  children: ReactNode
  actions?: ReactNode
}

const notes = {
  info: 'bg-accent-soft text-text',
  up: 'bg-up-soft text-up-text',
  changing: 'bg-changing-soft text-changing-text',
  bad: 'bg-bad-soft text-bad-text',
}

/** A sentence that one should see: a warning, an error in its place. */
export function Note({ tone = 'info', children, actions }: NoteProps) {
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'note'}
      className={cn('flex flex-wrap items-center gap-3 rounded-md px-3.5 py-2.5', notes[tone])}
    >
      <div className="min-w-[min(100%,15rem)] flex-1">{children}</div>
      {actions}
    </div>
  )
}
