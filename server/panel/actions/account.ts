'use server'

import { createAction } from '../create-action.ts'

export const completeSetup = createAction('setup.complete')
export const logIn = createAction('session.login')
export const logOut = createAction('session.logout')
export const endSession = createAction('session.end')
export const endOtherSessions = createAction('session.endOthers')
export const changePassword = createAction('account.changePassword')
export const createUser = createAction('user.create')
export const setUserRole = createAction('user.setRole')
export const removeUser = createAction('user.remove')
