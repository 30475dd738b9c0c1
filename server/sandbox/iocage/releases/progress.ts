import type { Iocage } from '../model/iocage-root.ts'

/** Cells of 1.13's progress bar. */
const CELLS = 20
const MIB = 1024 * 1024

/** Shows how far one file is; call `done` when it is whole. */
export interface Progress {
  at: (bytes: number) => void
  done: () => void
}

/**
 * The progress line of a download. 1.13 redraws it on standard output once per MiB whose percent changed, also when
 * that is a pipe; 0.9.7 has a bar on standard error.
 */
export function startProgress(iocage: Iocage, file: string, total: number): Progress {
  const started = performance.now()
  const perSecond = (bytes: number) => bytes / Math.max(0.001, (performance.now() - started) / 1000)
  let shown = -1
  let shownMib = 0
  const percentOf = (bytes: number) => (total === 0 ? 100 : Math.floor((bytes / total) * 100))

  if (iocage.dialect === '1.13') {
    const line = (percent: number, rest: string) => {
      const full = Math.floor((percent / 100) * CELLS)
      iocage.out.raw(`\u001b[2K \rDownloading: ${file} [${'#'.repeat(full)}${'-'.repeat(CELLS - full)}] ${rest}`)
    }
    return {
      at: (bytes) => {
        const percent = percentOf(bytes)
        const mib = Math.floor(bytes / MIB)
        if (percent === shown || percent >= 100 || mib === shownMib) return
        shown = percent
        shownMib = mib
        line(percent, `${percent}%  ${(perSecond(bytes) / 1e6).toFixed(1)}MB/s\r`)
      },
      done: () => line(100, `100% \r\n ${(perSecond(total) / 1e6).toFixed(1)}MB/s\r\n`),
    }
  }
  const line = (bytes: number) => {
    const percent = percentOf(bytes)
    const bar = '█'.repeat(Math.floor(percent / 10)).padEnd(10)
    const rate = (perSecond(bytes) / 1e6).toFixed(2)
    iocage.out.rawError(
      `\rDownloading: ${file}: ${percent}%|${bar}| ${(bytes / 1e6).toFixed(1)}M/${(total / 1e6).toFixed(1)}M [${rate}MB/s]`,
    )
  }
  return {
    at: (bytes) => {
      const percent = percentOf(bytes)
      if (percent === shown || percent >= 100) return
      shown = percent
      line(bytes)
    },
    done: () => {
      line(total)
      iocage.out.rawError('\n')
    },
  }
}
