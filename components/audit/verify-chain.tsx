'use client'

import { useMutation } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { callRead, ReadError } from '../live/read-query.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'

/** Walks the log's chain of hashes: whether a row was changed, removed or swapped since it was written. */
export function VerifyChain() {
  const verify = useMutation({ mutationFn: () => callRead('audit.verify', {}) })
  return (
    <>
      <span role="status">
        {verify.data !== undefined &&
          (verify.data.brokenAt === null ? (
            <Badge tone="up">{verify.data.rows} rows, unbroken</Badge>
          ) : (
            <Badge tone="bad">broken at row {verify.data.brokenAt}</Badge>
          ))}
        {verify.error instanceof ReadError && <Badge tone="bad">{verify.error.message}</Badge>}
      </span>
      <Button icon={ShieldCheck} pending={verify.isPending} onClick={() => verify.mutate()}>
        Verify
      </Button>
    </>
  )
}
