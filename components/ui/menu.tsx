'use client'

import { Menu as Base } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import { Check } from 'lucide-react'
import Link from 'next/link'
import type { ReactElement, ReactNode } from 'react'
import { cn } from './cn.ts'
import { Tooltip } from './tooltip.tsx'

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
  /** Width of the trigger as the least width. */
  wide?: boolean
  /** What has the focus afterwards; the trigger by default. */
  finalFocus?: () => HTMLElement | null
}

/** A list of actions behind a button. */
export function Menu({ trigger, children, align = 'end', side = 'bottom', wide = false, finalFocus }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup
            {...(finalFocus === undefined ? {} : { finalFocus: () => finalFocus() ?? true })}
            className={cn(
              'max-h-(--available-height) min-w-44 overflow-y-auto rounded-md border border-line bg-floating p-1 shadow-float transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0',
              wide && 'min-w-(--anchor-width)',
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

const row =
  'flex min-h-[30px] w-full items-center gap-2.5 rounded-sm px-2 py-1 text-left select-none max-sm:min-h-10 data-highlighted:bg-raised focus-visible:outline-none aria-disabled:text-text-third'

interface MenuItemProps {
  children: ReactNode
  onSelect: () => void
  icon?: LucideIcon
  /** Why it cannot be chosen now; it stays in its place and says this. */
  disabledReason?: string | undefined
  tone?: 'danger'
  /** Right of the text: a key, a count. */
  hint?: ReactNode
}

/** One action of a menu. */
export function MenuItem({ children, onSelect, icon: Icon, disabledReason, tone, hint }: MenuItemProps) {
  const refused = disabledReason !== undefined
  const item = (
    <Base.Item
      closeOnClick={!refused}
      {...(refused ? { 'aria-disabled': true, 'aria-description': disabledReason } : { onClick: onSelect })}
      className={cn(row, tone === 'danger' && !refused && 'text-bad-text')}
    >
      {Icon !== undefined && <Icon aria-hidden size={15} className={tone === 'danger' ? '' : 'text-text-third'} />}
      <span className="flex-1">{children}</span>
      {hint !== undefined && <span className="text-xs text-text-third">{hint}</span>}
    </Base.Item>
  )
  if (!refused) return item
  return (
    <Tooltip content={disabledReason} side="left" openOnPress>
      {item}
    </Tooltip>
  )
}

/** A place to go. */
export function MenuLink({ href, children, icon: Icon }: { href: string; children: ReactNode; icon?: LucideIcon }) {
  return (
    <Base.LinkItem closeOnClick render={<Link href={href} />} className={row}>
      {Icon !== undefined && <Icon aria-hidden size={15} className="text-text-third" />}
      <span className="flex-1">{children}</span>
    </Base.LinkItem>
  )
}

interface MenuCheckItemProps {
  children: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  /** Why it stays as it is. */
  disabledReason?: string | undefined
}

/** Something that is on or off; the menu stays open. */
export function MenuCheckItem({ children, checked, onChange, disabledReason }: MenuCheckItemProps) {
  const refused = disabledReason !== undefined
  const item = (
    <Base.CheckboxItem
      checked={checked}
      onCheckedChange={(next) => {
        if (!refused) onChange(next)
      }}
      {...(refused ? { 'aria-disabled': true, 'aria-description': disabledReason } : {})}
      closeOnClick={false}
      className={row}
    >
      <span className="flex size-4 items-center justify-center">
        <Base.CheckboxItemIndicator>
          <Check aria-hidden size={14} className="text-accent-text" />
        </Base.CheckboxItemIndicator>
      </span>
      <span className="flex-1">{children}</span>
    </Base.CheckboxItem>
  )
  if (!refused) return item
  return (
    <Tooltip content={disabledReason} side="left" openOnPress>
      {item}
    </Tooltip>
  )
}

interface MenuChoiceProps<Value extends string> {
  label: string
  value: Value
  onChange: (value: Value) => void
  options: readonly { value: Value; label: string }[]
}

/** One of several; the menu stays open. */
export function MenuChoice<Value extends string>({ label, value, onChange, options }: MenuChoiceProps<Value>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1 pb-0.5 text-xs text-text-third">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} closeOnClick={false} className={row}>
            <span className="flex size-4 items-center justify-center">
              <Base.RadioItemIndicator>
                <Check aria-hidden size={14} className="text-accent-text" />
              </Base.RadioItemIndicator>
            </span>
            {option.label}
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  )
}

/** A line between groups of items. */
export const MenuLine = () => <Base.Separator className="mx-1 my-1 h-px bg-line" />
