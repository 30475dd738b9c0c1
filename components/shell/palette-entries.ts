import type { Capability, JailVerb } from '@/lib/capabilities.ts'
import { jailRefusal } from '@/lib/capabilities.ts'
import type { Jail } from '@/lib/jail.ts'
import { addressText } from '@/lib/jail.ts'
import { consolePath, jailPath } from '@/lib/paths.ts'
import { places } from './places.ts'

/** What an entry of the palette does when it is chosen. */
export type PaletteDeed =
  | { kind: 'go'; href: string }
  | { kind: 'jail'; action: 'start' | 'stop' | 'restart'; jail: Jail }
  | { kind: 'theme'; theme: 'light' | 'dark' | 'system' }

export interface PaletteEntry {
  id: string
  label: string
  /** Second text: address, what it is. */
  detail: string
  group: 'Jails' | 'Places' | 'Commands'
  deed: PaletteDeed
  /** Why it cannot be done now. */
  refusal: string | undefined
}

/** So many at most are shown; more letters find the rest. */
const SHOWN = 40

const verbs: readonly { word: string; label: string; verb?: JailVerb; capability?: Capability }[] = [
  { word: 'open', label: 'Open' },
  { word: 'start', label: 'Start', verb: 'start', capability: 'jail:start' },
  { word: 'stop', label: 'Stop', verb: 'stop', capability: 'jail:stop' },
  { word: 'restart', label: 'Restart', verb: 'restart', capability: 'jail:stop' },
  { word: 'console', label: 'Console', verb: 'openConsole', capability: 'jail:console' },
]

const pages: readonly { label: string; detail: string; href: string }[] = [
  ...places.map(({ label, href }) => ({ label, detail: 'page', href })),
  { label: 'Host', detail: 'page', href: '/host' },
  { label: 'First steps', detail: 'page', href: '/guide' },
  { label: 'Account', detail: 'page', href: '/account' },
  { label: 'Create jail', detail: 'command', href: '/jails/new' },
]

/** What stands behind `console` in `www console top`, as it was typed; undefined when the jail is not named before it. */
function commandIn(query: string, jailText: string): string | undefined {
  const [, before = '', command] = /^(.*?)\bconsole\s+(\S.*)$/i.exec(query) ?? []
  const named = before
    .toLowerCase()
    .split(/\s+/)
    .some((word) => word !== '' && jailText.includes(word))
  return named ? command?.trim() : undefined
}

function jailEntries(
  jail: Jail,
  query: string,
  words: readonly string[],
  refusalOf: (capability: Capability) => string | undefined,
): PaletteEntry[] {
  const text = `${jail.tag} ${addressText(jail.ip4)} ${jail.uuid ?? ''} ${jail.notes}`.toLowerCase()
  const about = words.filter((word) => text.includes(word))
  const rest = words.filter((word) => !text.includes(word))
  if (about.length === 0) return []
  const command = commandIn(query, text)
  if (command !== undefined)
    return [
      {
        id: `${jail.id} console ${command}`,
        label: `Console ${jail.tag}: ${command}`,
        detail: 'runs it in the jail',
        group: 'Jails',
        deed: { kind: 'go', href: consolePath(jail.id, command) },
        refusal: refusalOf('jail:console') ?? jailRefusal('openConsole', jail),
      },
    ]
  const chosen =
    rest.length === 0 ? verbs.slice(0, 1) : verbs.filter(({ word }) => rest.every((part) => word.startsWith(part)))
  // A name written out says that one means this jail: then its verbs stand below it.
  const all = rest.length === 0 && words.some((word) => word === jail.tag.toLowerCase()) ? verbs : chosen
  return all.map(({ word, label, verb, capability }): PaletteEntry => ({
    id: `${jail.id} ${word}`,
    label: word === 'open' ? jail.tag : `${label} ${jail.tag}`,
    detail:
      word === 'open'
        ? [jail.state, addressText(jail.ip4), jail.kind === 'template' ? 'template' : '']
            .filter((part) => part !== '' && part !== '-')
            .join(', ')
        : '',
    group: 'Jails',
    deed:
      word === 'start' || word === 'stop' || word === 'restart'
        ? { kind: 'jail', action: word, jail }
        : { kind: 'go', href: jailPath(jail.id, word === 'console' ? 'console' : undefined) },
    refusal:
      (capability === undefined ? undefined : refusalOf(capability)) ??
      (verb === undefined ? undefined : jailRefusal(verb, jail)),
  }))
}

/** Entries for what was typed: jails by tag, address, UUID or note, with a verb after or before (`www restart`), and pages. */
export function paletteEntries(
  query: string,
  jails: readonly Jail[],
  refusalOf: (capability: Capability) => string | undefined,
): PaletteEntry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const ofPages = pages
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .map(({ label, detail, href }): PaletteEntry => ({
      id: href,
      label,
      detail,
      group: 'Places',
      deed: { kind: 'go', href },
      refusal: undefined,
    }))
  const themes = (['light', 'dark', 'system'] as const)
    .filter((theme) => words.length > 0 && words.every((word) => `theme ${theme}`.includes(word)))
    .map((theme): PaletteEntry => ({
      id: `theme ${theme}`,
      label: `Theme: ${theme}`,
      detail: '',
      group: 'Commands',
      deed: { kind: 'theme', theme },
      refusal: undefined,
    }))
  if (words.length === 0) return ofPages
  const ofJails: PaletteEntry[] = []
  const byNearness = jails
    .map((jail) => ({ jail, at: Math.min(...words.map((word) => nearness(jail.tag.toLowerCase(), word))) }))
    .toSorted((a, b) => a.at - b.at || a.jail.tag.localeCompare(b.jail.tag, 'en', { numeric: true }))
  for (const { jail } of byNearness) {
    ofJails.push(...jailEntries(jail, query, words, refusalOf))
    if (ofJails.length >= SHOWN) break
  }
  return [...ofJails.slice(0, SHOWN), ...ofPages, ...themes]
}

/** 0 the name itself, 1 its beginning, 2 inside it, 3 elsewhere. */
function nearness(tag: string, word: string): number {
  if (tag === word) return 0
  if (tag.startsWith(word)) return 1
  return tag.includes(word) ? 2 : 3
}
