/** A text as Python's repr() prints it: in single quotes unless it has one and no double quote. */
export function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote
}

/** The text as JSON the way Python's json.dumps(…, sort_keys=True, indent=4, ensure_ascii=False) writes it. */
export function dumps(value: Record<string, unknown>): string {
  const sorted = Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  return JSON.stringify(sorted, null, 4)
}

/** Any value of a configuration as text, as it is printed and compared; what is no plain value as JSON. */
export function str(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, with other separators where asked. */
export function utcTime(date = new Date(), separator = ' '): string {
  return date.toISOString().slice(0, 19).replace('T', separator)
}

/** Yes and no as iocage 1.13 reads them from files and arguments: everything that is not a yes is a no. */
export function truthy(value: unknown): boolean {
  return ['1', 'on', 'yes', 'true'].includes(str(value).toLowerCase())
}
