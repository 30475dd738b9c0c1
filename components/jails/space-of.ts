import type { Dataset } from '@/lib/host.ts'

/** What a jail's datasets take by themselves and what they share with their origin; undefined without datasets. */
export function spaceOf(
  datasets: readonly Dataset[],
): { ownBytes: number; sharedBytes: number; origin: string | null } | undefined {
  const whole = datasets.toSorted((a, b) => a.name.length - b.name.length)[0]
  if (whole === undefined) return undefined
  const root = datasets.find(({ name }) => name.endsWith('/root')) ?? whole
  const isClone = root.origin !== null
  return {
    ownBytes: whole.usedBytes,
    // referenced: all that it shows; used: what would be free without it (zfsprops(7)).
    sharedBytes: isClone ? Math.max(0, root.referencedBytes - root.usedBytes) : 0,
    origin: isClone ? originName(root.origin ?? '') : null,
  }
}

/** `tank/iocage/templates/base/root@www` → `base`. */
const originName = (origin: string): string => {
  const [path = ''] = origin.split('@')
  return (
    path
      .replace(/\/root$/, '')
      .split('/')
      .at(-1) ?? origin
  )
}
