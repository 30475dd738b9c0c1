/** Address of a jail's or template's page; `tab` as its page names them: `console`, `properties`, … */
export const jailPath = (id: string, tab?: string): string =>
  `/jails/${encodeURIComponent(id)}${tab === undefined ? '' : `?tab=${encodeURIComponent(tab)}`}`

/** Address of the page of jobs with one of them opened. */
export const jobPath = (id: string): string => `/jobs?job=${encodeURIComponent(id)}`
