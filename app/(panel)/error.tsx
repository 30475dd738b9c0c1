'use client'

import { TriangleAlert } from 'lucide-react'
import { Button } from '@/components/ui/button.tsx'
import { EmptyState } from '@/components/ui/empty-state.tsx'

export default function PanelError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <EmptyState icon={TriangleAlert} title="This page failed" actions={<Button onClick={reset}>Try again</Button>}>
      It is a fault of the panel; nothing was changed on the host.
      {error.digest !== undefined && <> Its log names it {error.digest}.</>}
    </EmptyState>
  )
}
