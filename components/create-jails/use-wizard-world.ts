'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { sharedInterfaces } from '@/lib/host-interfaces.ts'
import { readQuery } from '../live/read-query.ts'
import { useAllJails, useHost, useReleases } from '../live/use-live-data.ts'
import type { WizardValues } from './wizard-values.ts'
import type { WizardWorld } from './wizard-world.ts'

/** The host as the wizard checks against it, always as it is now; `networkError` when its network cannot be read. */
export function useWizardWorld({
  nic,
  mask,
  network,
}: Pick<WizardValues, 'nic' | 'mask' | 'network'>): WizardWorld & { networkError: string | undefined } {
  const host = useHost()
  const jails = useAllJails()
  const releases = useReleases()
  const { data: networkData, error: networkError } = useQuery(readQuery('host.network', {}))
  const interfaces = networkData?.interfaces
  const chosen = nic === '' ? sharedInterfaces(interfaces ?? [])[0]?.name : nic
  const asked = Number(mask)
  const prefix = Number.isInteger(asked) && asked >= 1 && asked <= 32 ? asked : 24
  const { data, error } = useQuery({
    ...readQuery('host.proposeAddress', { interface: chosen ?? '', prefix, count: 1 }),
    enabled: chosen !== undefined && chosen.length <= 15 && network !== 'none',
  })
  const failure = networkError?.message ?? error?.message
  return useMemo(
    () => ({
      host,
      jails,
      releases,
      interfaces,
      proposal:
        data === undefined
          ? undefined
          : { addresses: data.addresses, inUse: new Map(data.inUse.map(({ address, by }) => [address, by])) },
      networkError: failure,
    }),
    [host, jails, releases, interfaces, data, failure],
  )
}
