'use server'

import { createAction } from '../create-action.ts'

export const completeSetup = createAction('setup.complete')
export const logIn = createAction('session.login')
export const logOut = createAction('session.logout')
export const endSession = createAction('session.end')
export const endOtherSessions = createAction('session.endOthers')
export const changePassword = createAction('account.changePassword')
export const setUserRole = createAction('user.setRole')
export const removeUser = createAction('user.remove')
export const confirmIdentity = createAction('session.confirm')
export const beginTotp = createAction('totp.begin')
export const enableTotp = createAction('totp.enable')
export const disableTotp = createAction('totp.disable')
export const newRecoveryCodes = createAction('totp.newRecoveryCodes')
export const inviteUser = createAction('user.invite')
export const resetUser = createAction('user.reset')
export const acceptInvite = createAction('invite.accept')
