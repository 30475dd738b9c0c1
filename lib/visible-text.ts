/**
 * Text of a jail or a command as it may stand on a page: control characters (C0 and C1 but tab), and those that turn
 * the direction of what follows, are spelled out as `\x1b` and `\u202e` (security.md, T9).
 */
export function visibleText(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      const code = character.charCodeAt(0)
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
    },
  )
}
