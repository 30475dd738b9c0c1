'use server'

import { createAction } from '../create-action.ts'

export const issueConsoleTicket = createAction('console.ticket')
export const closeConsole = createAction('console.close')
export const openRecording = createAction('recording.open')
export const setRecordingPolicy = createAction('recording.setPolicy')
export const uploadFile = createAction('file.upload')
export const downloadFile = createAction('file.download')
