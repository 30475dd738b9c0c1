import 'server-only'
import { cache } from 'react'
import { load } from './load.ts'

/** A jail with its properties, datasets and children; once per request. */
export const loadJailDetail = cache((id: string) => load('jail.detail', { id }))
