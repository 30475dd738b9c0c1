import { PanelError } from '@/lib/errors.ts'

/** The refusal of what needs a fresh proof of who one is. */
export const askAgain = (): PanelError =>
  new PanelError('reauthenticate', 'This asks once more who you are.', { hint: 'Confirm it, and it goes on.' })
