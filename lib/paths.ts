/** Address of a jail's or template's page; `tab` as its page names them: `console`, `properties`, … */
export const jailPath = (id: string, tab?: string): string =>
  `/jails/${encodeURIComponent(id)}${tab === undefined ? '' : `?tab=${encodeURIComponent(tab)}`}`

/** Address of a jail's console as a page of its own; `command` is run there in place of a login shell. */
export const consolePath = (id: string, command?: string): string =>
  `${jailPath(id)}/console${command === undefined ? '' : `?command=${encodeURIComponent(command)}`}`

/** Address of the table of jails as it is (`search`, with its question mark) with the console of one below. */
export function dockPath(id: string, search: string): string {
  const query = new URLSearchParams(search)
  query.set('dock', id)
  return `/jails?${query.toString()}`
}

/** Address of the table of jails with the side panel of one. */
export const jailPanelPath = (id: string): string => `/jails?jail=${encodeURIComponent(id)}`

/** Address of the page of jobs with one of them opened. */
export const jobPath = (id: string): string => `/jobs?job=${encodeURIComponent(id)}`

/**
 * Pages that a link brings something secret to, behind its `#`: browsers send that in no request, so it is in no log of a
 * server or proxy and in no `Referer`.
 */
export const LINK_PATHS = { setup: '/setup', invite: '/invite', providerReturn: '/login/return' } as const

/** Address of the page on which an invited user sets a password. */
export const invitePath = (token: string): string => `${LINK_PATHS.invite}#${token}`
