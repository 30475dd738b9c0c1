'use client'

import { Play, Square } from 'lucide-react'
import { type Jail, shownJail } from '@/lib/jail.ts'
import { startJail, stopJail } from '@/server/panel/actions/jails.ts'
import { useChange } from '../live/use-change.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useJailRefusal } from './use-jail-refusal.ts'

interface StartStopProps {
  jail: Jail
  /** `icon` in rows and cards, `words` in heads. */
  look: 'icon' | 'large icon' | 'words'
  variant?: 'primary' | 'secondary'
  tabIndex?: number
}

/** One control that starts what is down and stops what is up: one click, no question. */
export function StartStopButton({ jail, look, variant = 'secondary', tabIndex }: StartStopProps) {
  const refusalOf = useJailRefusal()
  const verb = jail.state === 'up' ? 'stop' : 'start'
  const start = useChange(startJail)
  const stop = useChange(stopJail)
  const change = verb === 'stop' ? stop : start
  const shared = {
    icon: verb === 'stop' ? Square : Play,
    disabledReason: refusalOf(verb, jail),
    pending: start.pending || stop.pending,
    onClick: () => change.run(shownJail(jail)),
  }
  const word = verb === 'stop' ? 'Stop' : 'Start'
  if (look === 'words')
    return (
      <Button {...shared} variant={variant}>
        {word}
      </Button>
    )
  return (
    <IconButton
      {...shared}
      label={`${word} ${jail.tag}`}
      size={look === 'large icon' ? 'lg' : 'md'}
      {...(tabIndex === undefined ? {} : { tabIndex })}
    />
  )
}
