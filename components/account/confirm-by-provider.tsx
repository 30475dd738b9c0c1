'use client'

import { ExternalLink } from 'lucide-react'
import { useEffect } from 'react'
import { Button } from '../ui/button.tsx'
import { onConfirmed } from './identity-channel.ts'

/** Proves at the provider who one is, in a window of its own: this page keeps what was filled in. */
export function ConfirmByProvider({ provider, onDone }: { provider: string; onDone: () => void }) {
  useEffect(() => onConfirmed(onDone), [onDone])
  return (
    <Button
      icon={ExternalLink}
      size="lg"
      className="w-full"
      onClick={() => void window.open('/login/confirm', 'cellblock-confirm', 'popup,width=520,height=720')}
    >
      Confirm at {provider}
    </Button>
  )
}
