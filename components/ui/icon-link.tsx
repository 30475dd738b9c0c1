'use client'

import type { LucideIcon } from 'lucide-react'
import Link from 'next/link'
import type { ComponentProps } from 'react'
import { IconButton } from './button.tsx'
import { cn } from './cn.ts'
import { Tooltip } from './tooltip.tsx'

interface IconLinkProps extends Omit<ComponentProps<typeof Link>, 'children'> {
  icon: LucideIcon
  /** Where it leads, in words: its name for everyone who cannot see the icon, and its tooltip. */
  label: string
  /** Why it cannot be followed now; then it is a button that says so. */
  disabledReason?: string | undefined
  size?: 'md' | 'lg'
}

/** A link with an icon only; it can be opened in another tab as every link. */
export function IconLink({ icon, label, disabledReason, size = 'md', className, tabIndex, ...rest }: IconLinkProps) {
  const Icon = icon
  if (disabledReason !== undefined)
    return (
      <IconButton
        icon={icon}
        label={label}
        size={size}
        disabledReason={disabledReason}
        className={className}
        tabIndex={tabIndex}
      />
    )
  return (
    <Tooltip content={label}>
      <Link
        {...rest}
        tabIndex={tabIndex}
        aria-label={label}
        className={cn(
          'inline-flex shrink-0 items-center justify-center rounded-md text-text-second transition-colors duration-100 hover:bg-raised hover:text-text',
          size === 'lg' ? 'size-11' : 'size-[30px] max-sm:size-10',
          className,
        )}
      >
        <Icon aria-hidden size={size === 'lg' ? 19 : 15} />
      </Link>
    </Tooltip>
  )
}
