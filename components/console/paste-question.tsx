'use client'

import { Button } from '../ui/button.tsx'
import type { Paste } from './paste-text.ts'

interface PasteQuestionProps {
  paste: Paste
  onPaste: (text: string) => void
  onCancel: () => void
}

/** Lines of a paste that are shown before it is typed. */
const SHOWN_LINES = 6

/** Asks before a paste with line breaks: each of them runs what stands before it. */
export function PasteQuestion({ paste, onPaste, onCancel }: PasteQuestionProps) {
  const lines = paste.text.replace(/\n$/, '').split('\n')
  return (
    <div
      role="alertdialog"
      aria-label="Paste several lines"
      className="absolute inset-x-3 bottom-3 z-10 mx-auto flex max-w-2xl flex-col gap-2 rounded-md border border-line bg-floating p-3 shadow-float"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel()
      }}
    >
      <p>
        {paste.lines === 1 ? 'This paste ends with a line break' : `This paste has ${paste.lines} lines`}: a shell runs
        each line at once.
        {paste.removed > 0 && ` Control characters were taken out of it: ${paste.removed}.`}
      </p>
      <pre className="max-h-32 overflow-auto rounded-sm bg-sunken p-2 font-mono text-xs text-text-second">
        {lines.slice(0, SHOWN_LINES).join('\n')}
        {lines.length > SHOWN_LINES && `\n… ${lines.length - SHOWN_LINES} more`}
      </pre>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        {lines.length > 1 && <Button onClick={() => onPaste(lines.join(' '))}>Paste as one line</Button>}
        <Button variant="primary" autoFocus onClick={() => onPaste(paste.text)}>
          {paste.lines === 1 ? 'Paste' : `Paste ${paste.lines} lines`}
        </Button>
      </div>
    </div>
  )
}
