/** Address of a jail's or template's page; `tab` as its page names them: `console`, `properties`, … */
export const jailPath = (id: string, tab?: string): string =>
  `/jails/${encodeURIComponent(id)}${tab === undefined ? '' : `?tab=${encodeURIComponent(tab)}`}`

/** Address of a jail's console as a page of its own. */
export const consolePath = (id: string): string => `${jailPath(id)}/console`

/** Address of the table of jails with the side panel of one. */
export const jailPanelPath = (id: string): string => `/jails?jail=${encodeURIComponent(id)}`

/** Address of the page of jobs with one of them opened. */
export const jobPath = (id: string): string => `/jobs?job=${encodeURIComponent(id)}`
