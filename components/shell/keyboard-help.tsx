'use client'

import { Dialog } from '../ui/dialog.tsx'

const keys: readonly { title: string; rows: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Everywhere',
    rows: [
      ['Ctrl K', 'find a jail, a page or a command: “www restart”'],
      ['/', 'to the filter of the page'],
      ['?', 'this list'],
      ['Esc', 'close what is on top'],
    ],
  },
  {
    title: 'In tables',
    rows: [
      ['↑ ↓', 'another row'],
      ['Enter', 'open the row'],
      ['Space', 'choose the row'],
    ],
  },
  {
    title: 'In a console',
    rows: [
      ['Ctrl Shift F', 'search its output'],
      ['Ctrl Shift C / V', 'copy and paste'],
      ['Ctrl click', 'open a web address'],
      ['Ctrl W, Ctrl T', 'the browser takes them: full screen hands them to the console, its menu sends them'],
    ],
  },
]

interface KeyboardHelpProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** All keys. */
export function KeyboardHelp({ open, onOpenChange }: KeyboardHelpProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys">
      <div className="space-y-4 pb-2">
        {keys.map(({ title, rows }) => (
          <section key={title}>
            <h3 className="pb-1 text-xs text-text-second">{title}</h3>
            <dl className="grid grid-cols-[132px_1fr] gap-y-1.5">
              {rows.map(([key, what]) => (
                <div key={key} className="contents">
                  <dt>
                    <kbd className="rounded-sm border border-control bg-surface px-1.5 py-0.5 font-mono text-xs">
                      {key}
                    </kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
