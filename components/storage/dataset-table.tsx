'use client'

import type { ReactNode } from 'react'
import type { Dataset } from '@/lib/host.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { JailLink } from '../jails/jail-link.tsx'
import { cn } from '../ui/cn.ts'

interface DatasetTableProps {
  datasets: readonly Dataset[]
  /** With a column that names and links the jail of each. */
  jailLinks?: boolean
  /** How names stand where not as they are: a tree indents and folds them. */
  names?: ReadonlyMap<string, ReactNode>
  /** Last row: sums. */
  foot?: ReactNode
}

const head = 'px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-text-second'
const cell = 'px-3 py-1.5 align-top @max-3xl:p-0'
const figure = cn(cell, 'text-right font-mono text-xs leading-5 whitespace-nowrap')

/** Datasets with the columns of `zfs list` and sizes as it prints them; in a narrow place as a list. */
export function DatasetTable({ datasets, jailLinks = false, names, foot }: DatasetTableProps) {
  return (
    <div className="@container">
      <table className="w-full border-collapse @max-3xl:block">
        <thead className="border-b border-line @max-3xl:hidden">
          <tr>
            <th className={cn(head, 'pl-5')}>Name</th>
            <th className={cn(head, 'text-right')}>Used</th>
            <th className={cn(head, 'text-right')}>Avail</th>
            <th className={cn(head, 'text-right')}>Refer</th>
            <th className={head}>Mountpoint</th>
            {jailLinks && <th className={cn(head, 'pr-5')}>Belongs to</th>}
          </tr>
        </thead>
        <tbody className="@max-3xl:block">
          {datasets.map((dataset) => {
            const { name, usedBytes, availableBytes, referencedBytes, mountpoint, origin, jailId } = dataset
            return (
              <tr
                key={name}
                className="border-b border-line hover:bg-bg @max-3xl:flex @max-3xl:flex-wrap @max-3xl:gap-x-4 @max-3xl:px-4 @max-3xl:py-2"
              >
                <td className={cn(cell, 'pl-5 font-mono text-xs leading-5 @max-3xl:w-full')}>
                  <span className="break-all">{names?.get(name) ?? name}</span>
                  {origin !== null && (
                    <span className="block break-all text-text-third">
                      <span className="font-sans">clone of </span>
                      {origin}
                    </span>
                  )}
                </td>
                <td className={figure}>
                  <Narrow>used </Narrow>
                  {formatBytes(usedBytes)}
                </td>
                <td className={figure}>
                  <Narrow>avail </Narrow>
                  {formatBytes(availableBytes)}
                </td>
                <td className={figure}>
                  <Narrow>refer </Narrow>
                  {formatBytes(referencedBytes)}
                </td>
                <td className={cn(cell, 'font-mono text-xs leading-5 break-all text-text-second @max-3xl:w-full')}>
                  {mountpoint}
                </td>
                {jailLinks && (
                  <td className={cn(cell, 'pr-5 @max-3xl:w-full', jailId === null && '@max-3xl:hidden')}>
                    {jailId !== null && <JailLink id={jailId} />}
                  </td>
                )}
              </tr>
            )
          })}
        </tbody>
        {foot !== undefined && <tfoot className="@max-3xl:block">{foot}</tfoot>}
      </table>
    </div>
  )
}

/** Says what a figure is where the table's head is not shown. */
function Narrow({ children }: { children: ReactNode }) {
  return <span className="hidden font-sans text-text-third @max-3xl:inline">{children}</span>
}
