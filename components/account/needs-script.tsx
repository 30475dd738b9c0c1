import { Note } from '../ui/panel.tsx'

/** For a browser that runs no scripts: what a link brings behind its # no page gets to see without one. */
export function NeedsScript() {
  return (
    <noscript>
      <Note tone="bad">This page needs JavaScript. Turn it on for this address, then open the link again.</Note>
    </noscript>
  )
}
