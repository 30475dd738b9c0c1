const browsers: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\/|Chromium\//, 'Chromium'],
  [/Safari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Mac OS X/, 'macOS'],
  [/FreeBSD/, 'FreeBSD'],
  [/Windows/, 'Windows'],
  [/Linux|X11/, 'Linux'],
]

/** A browser as people call it: `Firefox on FreeBSD`; what it says itself when it is no browser known here. */
export function browserName(userAgent: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1]
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (browser === undefined) return userAgent === '' ? 'unknown program' : (userAgent.split(' ')[0] ?? userAgent)
  return system === undefined ? browser : `${browser} on ${system}`
}
