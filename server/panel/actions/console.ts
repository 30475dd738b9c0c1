'use server'

import { createAction } from '../create-action.ts'

export const issueConsoleTicket = createAction('console.ticket')
export const closeConsole = createAction('console.close')
