import type { LucideIcon } from 'lucide-react'
import { AlignLeft, Database, Download, Film, Layers, LayoutGrid, Network, ShieldCheck } from 'lucide-react'

export interface Place {
  href: string
  label: string
  icon: LucideIcon
  /** Which number stands beside it. */
  count?: 'jails' | 'templates' | 'releases' | 'jobs'
}

/** The places of the panel in the order of the sidebar. */
export const places: readonly Place[] = [
  { href: '/jails', label: 'Jails', icon: LayoutGrid, count: 'jails' },
  { href: '/templates', label: 'Templates', icon: Layers, count: 'templates' },
  { href: '/releases', label: 'Releases', icon: Download, count: 'releases' },
  { href: '/storage', label: 'Storage', icon: Database },
  { href: '/network', label: 'Network', icon: Network },
  { href: '/jobs', label: 'Jobs', icon: AlignLeft, count: 'jobs' },
  { href: '/recordings', label: 'Recordings', icon: Film },
  { href: '/audit', label: 'Audit', icon: ShieldCheck },
]

/** Whether a page belongs to a place. */
export const isAt = (pathname: string, href: string): boolean => pathname === href || pathname.startsWith(`${href}/`)
