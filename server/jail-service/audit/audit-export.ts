import type { AuditFormat, AuditRow } from '@/lib/account.ts'
import { canonicalJson } from './canonical-json.ts'

const COLUMNS = [
  'seq',
  'at',
  'actor',
  'address',
  'verb',
  'target',
  'text',
  'argv',
  'outcome',
  'detail',
  'jobId',
] as const

/** First line of a file in this format, with its end; empty where there is none. */
export const auditHead = (format: AuditFormat): string => (format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '')

/** One row as a line of a file, with its end. */
export function auditLine(row: AuditRow, format: AuditFormat): string {
  if (format === 'jsonl') return `${canonicalJson(row)}\n`
  const values = COLUMNS.map((name) => (name === 'argv' ? JSON.stringify(row.argv) : (row[name] ?? '')))
  return `${values.map((value) => cell(String(value))).join(',')}\r\n`
}

/** A cell of RFC 4180. What a spreadsheet would take for a formula begins with a quote sign, which makes it text there. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
