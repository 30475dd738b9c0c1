import type { ReactNode } from 'react'
import { Mark } from './mark.tsx'
import { PlainHttp } from './plain-http.tsx'

/** A page before the panel itself: the mark, a title, a short form. */
export function Door({
  title,
  description,
  children,
}: {
  title: string
  description?: ReactNode
  children: ReactNode
}) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center bg-bg px-4 py-10">
      <div className="w-full max-w-[368px]">
        <div className="mb-6 flex items-center justify-center gap-2.5 text-[17px] font-semibold tracking-tight">
          <Mark size={24} />
          Cellblock
        </div>
        <div className="rounded-lg border border-line bg-surface px-6 py-6">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {description !== undefined && <p className="mt-1 text-text-second">{description}</p>}
          <div className="mt-5">{children}</div>
        </div>
        <PlainHttp />
      </div>
    </main>
  )
}
