'use server'

import { createAction } from '../create-action.ts'

export const startJail = createAction('jail.start')
export const stopJail = createAction('jail.stop')
export const restartJail = createAction('jail.restart')
export const createJails = createAction('jail.create')
export const setJailProperty = createAction('jail.set')
export const convertToTemplate = createAction('jail.convertToTemplate')
export const convertToJail = createAction('jail.convertToJail')
export const destroyJail = createAction('jail.destroy')
export const bulkJails = createAction('jail.bulk')
