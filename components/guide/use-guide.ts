'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { holderCan } from '@/lib/capabilities.ts'
import { networkOf, sharedInterfaces } from '@/lib/host-interfaces.ts'
import { readQuery } from '../live/read-query.ts'
import { useAllJails, useHost, useReleases } from '../live/use-live-data.ts'
import { useActor } from '../live/use-rights.ts'
import { type GuideChoice, guideSteps } from './guide-steps.ts'

/** The steps of the guide on this host as it is now. */
export function useGuide({ pool, release }: GuideChoice) {
  const host = useHost()
  const jails = useAllJails()
  const releases = useReleases()
  const mayOpen = holderCan(useActor(), 'jail:console')
  const consoles = useQuery({ ...readQuery('console.list', {}), enabled: mayOpen }).data?.consoles
  const interfaces = useQuery(readQuery('host.network', {})).data?.interfaces
  const nic = sharedInterfaces(interfaces ?? [])[0]
  const proposal = useQuery({
    ...readQuery('host.proposeAddress', { interface: nic?.name ?? '', prefix: 24, count: 1 }),
    enabled: nic !== undefined,
  }).data
  return useMemo(() => {
    const network = nic === undefined ? undefined : networkOf(nic)
    return guideSteps(
      {
        host,
        jails,
        releases,
        consoleJailIds: consoles?.map(({ jailId }) => jailId) ?? [],
        network:
          network === undefined || proposal === undefined
            ? undefined
            : {
                ...network,
                proposed: proposal.addresses[0],
                inUse: new Map(proposal.inUse.map(({ address, by }) => [address, by])),
              },
      },
      { pool, release },
    )
  }, [host, jails, releases, consoles, nic, proposal, pool, release])
}
