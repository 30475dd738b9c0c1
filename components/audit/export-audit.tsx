'use client'

import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { AuditFormat } from '@/lib/account.ts'
import { callRead, ReadError } from '../live/read-query.ts'
import { toastError } from '../live/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import type { AuditQuery } from './audit-query.ts'

const types: Record<AuditFormat, string> = { jsonl: 'application/x-ndjson', csv: 'text/csv' }

/** Saves the rows that the filter shows as a file. */
export function ExportAudit({ filter }: { filter: AuditQuery }) {
  const save = useMutation({
    mutationFn: async (format: AuditFormat) => {
      const pieces: string[] = []
      for (let after: number | null = 0; after !== null;) {
        const { text, next }: { text: string; next: number | null } = await callRead('audit.export', {
          ...filter,
          format,
          after,
        })
        pieces.push(text)
        after = next
      }
      saveFile(new Blob(pieces, { type: types[format] }), `cellblock-audit.${format}`)
    },
    onError: (error) => {
      if (error instanceof ReadError) toastError(error.error)
    },
  })
  return (
    <Menu
      align="end"
      trigger={
        <Button icon={Download} pending={save.isPending}>
          Export
        </Button>
      }
    >
      <MenuItem onSelect={() => save.mutate('jsonl')}>JSON lines</MenuItem>
      <MenuItem onSelect={() => save.mutate('csv')}>CSV, for spreadsheets</MenuItem>
    </Menu>
  )
}

function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
