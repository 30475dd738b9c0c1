/** A release that the mirror offers. */
const OFFER = /^\s*\[\d+\]\s+(\d{1,2}\.\d{1,2}-(?:RELEASE|STABLE|BETA\d|RC\d))\b/

/**
 * Releases that `iocage fetch` offers before it asks which one (contract, fetch): lines `[0] 13.5-RELEASE (EOL)`.
 * In the order printed; empty when there are none.
 */
export function parseOfferedReleases(output: string): string[] {
  const names = output.split('\n').flatMap((line) => OFFER.exec(line)?.[1] ?? [])
  return [...new Set(names)]
}
