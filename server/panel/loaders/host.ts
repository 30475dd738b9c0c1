import 'server-only'
import { cache } from 'react'
import { load } from './load.ts'

/** Host, jails, releases and jobs at this moment; once per request. */
export const loadSnapshot = cache(() => load('host.snapshot', {}))
