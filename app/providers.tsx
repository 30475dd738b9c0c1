'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { ReadError } from '@/components/live/read-query.ts'
import { Toaster } from '@/components/ui/toast.tsx'

/** Codes that another try may mend. */
const PASSING = new Set(['unavailable', 'timeout', 'busy'])

function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // Events say when something is stale; the rest is read again when one comes back to it.
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 3 && error instanceof ReadError && PASSING.has(error.error.code),
      },
    },
  })
  client.setQueryDefaults(['live'], { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY })
  return client
}

export function Providers({ nonce, children }: { nonce: string; children: ReactNode }) {
  const [client] = useState(makeQueryClient)
  return (
    <CSPProvider nonce={nonce}>
      <ThemeProvider attribute="class" defaultTheme="system" nonce={nonce} disableTransitionOnChange>
        <QueryClientProvider client={client}>
          <NuqsAdapter>
            <Tooltip.Provider delay={400}>{children}</Tooltip.Provider>
          </NuqsAdapter>
        </QueryClientProvider>
        <Toaster />
      </ThemeProvider>
    </CSPProvider>
  )
}
