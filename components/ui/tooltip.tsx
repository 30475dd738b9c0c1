'use client'

import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { useState } from 'react'

interface TooltipProps {
  content: ReactNode
  /** The element that has it; it must take a ref and DOM props. */
  children: ReactElement
  side?: 'top' | 'bottom' | 'left' | 'right'
  /** A press shows it too: for what cannot be hovered, and for controls that refuse and say why. */
  openOnPress?: boolean
}

/** A word about a control, on hover and focus. Without content the child stands alone. */
export function Tooltip({ content, children, side = 'top', openOnPress = false }: TooltipProps) {
  const [open, setOpen] = useState(false)
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => setOpen(next)}
      disabled={content === undefined || content === ''}
      disableHoverablePopup
    >
      <Base.Trigger
        render={children}
        delay={openOnPress ? 150 : 500}
        closeOnClick={!openOnPress}
        {...(openOnPress ? { onClick: () => setOpen(true) } : {})}
      />
      <Base.Portal>
        {/* Nothing to press in it: it must not stand in the way of what it covers, as the same control one row up. */}
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="pointer-events-none z-60">
          <Base.Popup className="max-w-72 rounded-md border border-line bg-floating px-2.5 py-1.5 text-xs text-text shadow-float transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
