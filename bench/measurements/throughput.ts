import type { Bench, Measurement } from '../bench.ts'
import { type Figure, median, relative } from '../figure.ts'
import { Page } from '../terminals/page.ts'
import type { TerminalServer } from '../terminals/terminal.ts'

const LINE = 'Nov 25 15:42:13 www sshd[%.0f]: Accepted publickey for root from 10.0.0.7 port 50022 ssh2'

/** Megabytes a second of `cat` of a file in the jail, to a page that renders at once. */
async function catRate(server: TerminalServer, bytes: number): Promise<number> {
  const page = await new Page(await server.open()).ready()
  const before = page.receivedBytes
  const at = performance.now()
  await page.run('cat /tmp/bench-cat', 300_000)
  const seconds = (performance.now() - at) / 1_000
  const received = page.receivedBytes - before
  await page.close()
  // Each line feed of the file comes as two bytes (termios, ONLCR).
  if (received < bytes) throw new Error(`${server.name} lost output: ${received} bytes of ${bytes} came`)
  return bytes / 1e6 / seconds
}

export const throughput: Measurement = {
  name: 'throughput',
  about: 'cat of a large file to a page that renders at once',
  async run({ own, peers, plain, quick, inJail }: Bench): Promise<Figure[]> {
    const bytes = quick ? 20_000_000 : 200_000_000
    inJail(`seq -f '${LINE}' 1 99999999 | head -c ${bytes} > /tmp/bench-cat`)
    const servers = [own, ...peers]
    const rates = servers.map((): number[] => [])
    for (let round = 0; round < (quick ? 1 : 3); round += 1)
      for (const [index, server] of servers.entries()) rates[index]?.push(await catRate(server, bytes))
    inJail('rm /tmp/bench-cat')
    return peers.map((peer, index) =>
      relative(
        `cat of ${bytes / 1e6} MB`,
        'MB/s',
        median(rates[0] ?? []),
        { name: peer.name, value: median(rates[index + 1] ?? []) },
        peer === plain ? { atLeast: 1 } : undefined,
      ),
    )
  },
}
