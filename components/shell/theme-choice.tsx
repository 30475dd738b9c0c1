'use client'

import { useTheme } from 'next-themes'
import { MenuChoice } from '../ui/menu.tsx'

const options = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

/** Light or dark, in a menu. */
export function ThemeChoice() {
  const { theme = 'system', setTheme } = useTheme()
  return <MenuChoice label="Theme" value={theme} onChange={setTheme} options={options} />
}
