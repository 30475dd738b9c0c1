import type { Dataset } from '@/lib/host.ts'
import type { Jail } from '@/lib/jail.ts'

export interface TemplateRow {
  template: Jail
  /** Ids of jails and templates that were made from it. */
  children: string[]
  /** Its datasets with all below them, in bytes; undefined while not known. */
  usedBytes: number | undefined
  /** What a jail made from it shares with it, in bytes; undefined while not known. */
  referencedBytes: number | undefined
}

/** Templates by tag, with what was made from each and the space that each takes. */
export function templateRows(jails: readonly Jail[], datasets: readonly Dataset[]): TemplateRow[] {
  return jails
    .filter(({ kind }) => kind === 'template')
    .toSorted((a, b) => a.tag.localeCompare(b.tag, 'en', { numeric: true }))
    .map((template) => {
      const own = datasets.filter(({ jailId }) => jailId === template.id)
      // `used` of the uppermost holds what lies below; the root's `referenced` is what clones begin with.
      const [top] = own.toSorted((a, b) => a.name.length - b.name.length)
      return {
        template,
        children: jails
          .filter(({ source }) => source?.kind === 'template' && source.name === template.tag)
          .map(({ id }) => id),
        usedBytes: top?.usedBytes,
        referencedBytes: own.find(({ name }) => name.endsWith('/root'))?.referencedBytes,
      }
    })
}
