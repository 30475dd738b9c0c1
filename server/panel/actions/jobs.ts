'use server'

import { createAction } from '../create-action.ts'

export const cancelJob = createAction('job.cancel')
