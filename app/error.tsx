'use client'

import { Button } from '@/components/ui/button.tsx'
import { Door } from '@/components/ui/door.tsx'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Door
      title="This page failed"
      description={`It is a fault of the panel; nothing was changed on the host.${error.digest === undefined ? '' : ` Its log names it ${error.digest}.`}`}
    >
      <Button onClick={reset}>Try again</Button>
    </Door>
  )
}
