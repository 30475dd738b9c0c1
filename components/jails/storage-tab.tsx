'use client'

import { useQuery } from '@tanstack/react-query'
import { Database } from 'lucide-react'
import type { Jail } from '@/lib/jail.ts'
import { readQuery } from '../live/read-query.ts'
import { DatasetTable } from '../storage/dataset-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Note } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'

/** A jail's datasets with their space. */
export function StorageTab({ jail }: { jail: Jail }) {
  const { data, error } = useQuery(readQuery('jail.detail', { id: jail.id }))
  if (error !== null && data === undefined)
    return (
      <div className="p-5">
        <Note tone="bad">{error.message}</Note>
      </div>
    )
  if (data === undefined) return <SkeletonRows rows={2} />
  if (data.datasets.length > 0) return <DatasetTable datasets={data.datasets} />
  return (
    <EmptyState icon={Database} title="No datasets">
      {jail.driver === null
        ? 'Nothing is known about the files of a jail that iocage does not keep.'
        : 'zfs does not show any for it at this moment.'}
    </EmptyState>
  )
}
