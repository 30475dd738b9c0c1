import type { JailSource } from '@/lib/jail.ts'
import type { WizardStep } from './wizard-values.ts'

const numbers = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/** `Three jails from base-14`, `www from 14.3-RELEASE`, `db, empty`. */
function reviewTitle(names: readonly string[], source: JailSource | undefined): string {
  const count = numbers[names.length] ?? String(names.length)
  const what = names.length === 1 ? (names[0] ?? '') : `${count.charAt(0).toUpperCase()}${count.slice(1)} jails`
  if (source === undefined) return what
  return source.kind === 'empty' ? `${what}, empty` : `${what} from ${source.name}`
}

/** Head and sentence of a step. */
export function stepTexts(
  step: WizardStep,
  names: readonly string[],
  source: JailSource | undefined,
): { title: string; text: string } {
  const its = names.length > 1 ? 'their' : 'its'
  const isReached = names.length > 1 ? 'are they reached' : 'is it reached'
  switch (step) {
    case 'name':
      return { title: 'Name the new jail', text: 'One, or several that are alike at once.' }
    case 'source':
      return {
        title: `Where do ${its} files come from?`,
        text: 'The files that a new jail begins with. Later it is on its own.',
      }
    case 'network':
      return { title: `How ${isReached}?`, text: 'Addresses are checked against the host while you type.' }
    case 'options':
      return { title: 'What else matters', text: 'Everything here can be changed later, on the page of the jail.' }
    case 'review':
      return {
        title: reviewTitle(names, source),
        text: 'Nothing has happened yet. This is what will run, in this order.',
      }
  }
}
