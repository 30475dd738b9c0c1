'use client'

import { cva } from 'class-variance-authority'
import type { LucideIcon } from 'lucide-react'
import { LoaderCircle } from 'lucide-react'
import Link from 'next/link'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { cn } from './cn.ts'
import { Tooltip } from './tooltip.tsx'

const looks = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors duration-100 select-none aria-disabled:opacity-50',
  {
    variants: {
      variant: {
        primary:
          'border-transparent bg-accent text-on-accent not-aria-disabled:hover:bg-accent-hover aria-disabled:border-control aria-disabled:bg-transparent aria-disabled:text-text',
        secondary: 'border-control bg-surface text-text not-aria-disabled:hover:bg-raised',
        ghost:
          'border-transparent text-text-second not-aria-disabled:hover:bg-raised not-aria-disabled:hover:text-text',
        danger:
          'border-transparent bg-bad text-on-bad not-aria-disabled:hover:bg-bad-hover aria-disabled:border-control aria-disabled:bg-transparent aria-disabled:text-text',
      },
      size: {
        md: 'h-[30px] px-3 max-sm:h-10 max-sm:px-4',
        sm: 'h-6 gap-1.5 px-2 text-xs max-sm:h-9 max-sm:px-3',
        lg: 'h-10 px-4',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
)

interface Looks {
  variant?: 'primary' | 'secondary' | 'ghost' | 'danger'
  size?: 'md' | 'sm' | 'lg'
  icon?: LucideIcon | undefined
}

export interface ButtonProps extends Looks, Omit<ComponentProps<'button'>, 'disabled'> {
  children: ReactNode
  /** Why it cannot be pressed now. It stays in its place, can be focused, and says this on hover, focus and tap. */
  disabledReason?: string | undefined
  /** What was pressed is under way. */
  pending?: boolean
}

/** A button with words. */
export function Button({
  variant,
  size,
  icon,
  children,
  disabledReason,
  pending = false,
  className,
  ...rest
}: ButtonProps) {
  const refused = disabledReason !== undefined
  const Icon = icon
  const button = (
    <button
      type="button"
      {...rest}
      {...(refused || pending ? { 'aria-disabled': true, onClick: refuse } : {})}
      {...(refused ? { 'aria-description': disabledReason } : {})}
      className={cn(looks({ variant, size }), className)}
    >
      {pending ? (
        <LoaderCircle aria-hidden size={14} className="animate-spin" />
      ) : (
        Icon !== undefined && <Icon aria-hidden size={14} />
      )}
      {children}
    </button>
  )
  if (!refused) return button
  return (
    <Tooltip content={disabledReason} openOnPress>
      {button}
    </Tooltip>
  )
}

/** A refused button neither acts nor submits its form. */
const refuse = (event: MouseEvent) => event.preventDefault()

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon' | 'size'> {
  icon: LucideIcon
  /** What it does, in words: its name for everyone who cannot see the icon, and its tooltip. */
  label: string
  size?: 'md' | 'lg'
  /** Pressed or not, for buttons that stay down. */
  pressed?: boolean
}

/** A button with an icon only. */
export function IconButton({
  icon: Icon,
  label,
  variant = 'ghost',
  size = 'md',
  disabledReason,
  pending = false,
  pressed,
  className,
  ...rest
}: IconButtonProps) {
  const refused = disabledReason !== undefined
  return (
    <Tooltip content={disabledReason ?? label} openOnPress={refused}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        {...(refused || pending ? { 'aria-disabled': true, onClick: refuse } : {})}
        {...(refused ? { 'aria-description': disabledReason } : {})}
        className={cn(
          looks({ variant }),
          size === 'lg' ? 'size-11 p-0 max-sm:size-11 max-sm:p-0' : 'size-[30px] p-0 max-sm:size-10 max-sm:p-0',
          'aria-pressed:bg-raised aria-pressed:text-text',
          refused && 'opacity-35',
          className,
        )}
      >
        {pending ? (
          <LoaderCircle aria-hidden size={15} className="animate-spin" />
        ) : (
          <Icon aria-hidden size={size === 'lg' ? 19 : 15} />
        )}
      </button>
    </Tooltip>
  )
}

/** A link that looks like a button. */
export function ButtonLink({
  variant,
  size,
  icon: Icon,
  className,
  children,
  ...rest
}: Looks & ComponentProps<typeof Link>) {
  return (
    <Link {...rest} className={cn(looks({ variant, size }), className)}>
      {Icon !== undefined && <Icon aria-hidden size={14} />}
      {children}
    </Link>
  )
}
