import { PanelError } from '@/lib/errors.ts'

/** The refusal to take the last second factor from who must have one. */
export const mustKeepOne = (): PanelError =>
  new PanelError('conflict', 'Your role must have a second factor, and this is your only one.', {
    hint: 'Set up another one first.',
  })
