import { describe, expect, test } from 'vitest'
import type { AuditRow } from '@/lib/account.ts'
import { auditHead, auditLine } from './audit-export.ts'

const row: AuditRow = {
  ...{ seq: 7, at: '2026-11-25T10:00:00.000Z', actor: 'ada', address: '192.0.2.1', verb: 'jail.start' },
  ...{ target: 'www', text: 'start www', argv: [['iocage', 'start', 'www']], outcome: 'failed' },
  ...{ detail: 'it said "no",\nand stopped', jobId: null },
}

describe('rows as lines of a file', () => {
  test('JSON lines hold the whole row', () => {
    const line = auditLine(row, 'jsonl')
    expect(line.endsWith('\n')).toBe(true)
    expect(line.split('\n')).toHaveLength(2)
    expect(JSON.parse(line)).toEqual(row)
    expect(auditHead('jsonl')).toBe('')
  })
  test('CSV quotes what must be quoted', () => {
    expect(auditHead('csv')).toBe('seq,at,actor,address,verb,target,text,argv,outcome,detail,jobId\r\n')
    expect(auditLine(row, 'csv')).toBe(
      '7,2026-11-25T10:00:00.000Z,ada,192.0.2.1,jail.start,www,start www,"[[""iocage"",""start"",""www""]]",failed,"it said ""no"",\nand stopped",\r\n',
    )
  })
  test.each(['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)'])('%s is no formula', (target) => {
    expect(auditLine({ ...row, target }, 'csv')).toContain(`'${target[0]}`)
  })
})
