'use client'

import { type ReactNode, useRef } from 'react'
import type { Dataset } from '@/lib/host.ts'
import { formatBytes } from '@/lib/sizes.ts'
import { JailLink } from '../jails/jail-link.tsx'
import { cn } from '../ui/cn.ts'
import { useRowWindow } from '../ui/use-row-window.ts'
import type { DatasetRow } from './dataset-rows.ts'
import { treeIndent, TreeName } from './tree-name.tsx'

interface DatasetTableProps {
  datasets: readonly Dataset[]
  /** With a column that names and links the jail of each. */
  jailLinks?: boolean
  /** As a tree: how each name stands, by the name, and what folds it. */
  tree?: { rows: ReadonlyMap<string, DatasetRow>; onFold: (name: string) => void }
  /** Last row: sums. */
  foot?: ReactNode
}

const head = 'px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-text-second'
const cell = 'px-3 py-1.5 align-top @max-3xl:p-0'
const figure = cn(cell, 'text-right font-mono text-xs leading-5 whitespace-nowrap')

/** Height of a row of one line, in CSS pixels. */
const ROW_PX = 33

/** Datasets with the columns of `zfs list` and sizes as it prints them; in a narrow place as a list. */
export function DatasetTable({ datasets, jailLinks = false, tree, foot }: DatasetTableProps) {
  const table = useRef<HTMLTableElement>(null)
  const { from, to, before, after, measure } = useRowWindow(datasets.length, table, ROW_PX)
  return (
    <div className="@container">
      <table ref={table} className="w-full border-collapse @max-3xl:block">
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
          <Gap px={before} />
          {datasets.slice(from, to).map((dataset, n) => {
            const { name, usedBytes, availableBytes, referencedBytes, mountpoint, origin, jailId } = dataset
            const row = tree?.rows.get(name)
            return (
              <tr
                key={name}
                ref={measure}
                data-index={from + n}
                className="border-b border-line hover:bg-bg @max-3xl:flex @max-3xl:flex-wrap @max-3xl:gap-x-4 @max-3xl:px-4 @max-3xl:py-2"
              >
                <td
                  className={cn(
                    cell,
                    'w-1/3 max-w-0 pl-5 font-mono text-xs leading-5 @max-3xl:w-full @max-3xl:max-w-full',
                  )}
                >
                  {row === undefined ? (
                    <span className="break-all">{name}</span>
                  ) : (
                    <TreeName row={row} onFold={() => tree?.onFold(name)} />
                  )}
                  {origin !== null && (
                    <span
                      title={origin}
                      className={cn(
                        'block truncate text-text-third',
                        row !== undefined && treeIndent(row.depth, 'text'),
                      )}
                    >
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
          <Gap px={after} />
        </tbody>
        {foot !== undefined && <tfoot className="@max-3xl:block">{foot}</tfoot>}
      </table>
    </div>
  )
}

/** Stands for the rows of a long table that are out of sight. */
function Gap({ px }: { px: number }) {
  if (px <= 0) return null
  return (
    <tr aria-hidden className="@max-3xl:block">
      <td style={{ height: px }} className="@max-3xl:block" />
    </tr>
  )
}

/** Says what a figure is where the table's head is not shown. */
function Narrow({ children }: { children: ReactNode }) {
  return <span className="hidden font-sans text-text-third @max-3xl:inline">{children}</span>
}
