'use server'

import { createAction } from '../create-action.ts'

export const activatePool = createAction('pool.activate')
export const fetchRelease = createAction('release.fetch')
