/** Control characters but tab and line breaks: C0, DEL, C1. In a paste they press keys that nobody sees. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g

export interface Paste {
  text: string
  /** Lines, an unfinished last one counted. */
  lines: number
  /** Control characters that were taken out. */
  removed: number
}

/** What of the clipboard's text goes to a terminal (security.md, T9): no control characters, line breaks as one kind. */
export function pasteOf(clipboard: string): Paste {
  const unified = clipboard.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  const text = unified.replaceAll(CONTROLS, '')
  return { text, lines: text.replace(/\n$/, '').split('\n').length, removed: unified.length - text.length }
}

/** Whether a paste is shown before it is typed: a line break runs what stands before it. */
export const needsQuestion = ({ text }: Paste): boolean => text.includes('\n')
