import type { JailAddress } from '@/lib/jail.ts'
import { parseJailAddresses } from '@/lib/addresses.ts'

/** Values of one configuration as they stand in the file: strings, ints or booleans by dialect (contract 2.4). */
export type ConfigValues = Readonly<Record<string, unknown>>

/** A value as text, whatever its type; undefined when the key is missing. */
export function configText(values: ConfigValues, key: string): string | undefined {
  if (!Object.hasOwn(values, key)) return undefined
  const value = values[key]
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value as number | boolean)
}

/** A text that is not one of the words for nothing. */
export function configWords(values: ConfigValues, key: string): string | undefined {
  const text = configText(values, key)?.trim()
  return text === undefined || text === '' || text === 'none' || text === '-' ? undefined : text
}

/** A boolean in any of the eight words, as int or as JSON boolean; false when missing or something else. */
export function configFlag(values: ConfigValues, key: string): boolean {
  return ['1', 'on', 'yes', 'true'].includes((configText(values, key) ?? '').toLowerCase())
}

/** Addresses of `ip4_addr` or `ip6_addr`. */
export function configAddresses(values: ConfigValues, key: string): JailAddress[] {
  return parseJailAddresses(configText(values, key) ?? '')
}

/** A time that iocage wrote in UTC without a zone (contract, trap 14), as ISO 8601; null when it is none. */
export function configTime(values: ConfigValues, key: string): string | null {
  const time = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(configText(values, key) ?? '')
  if (time === null) return null
  const iso = `${time[1]}T${time[2]}Z`
  return Number.isNaN(Date.parse(iso)) ? null : iso
}
