import { type OwnAddress, ownServer } from './terminals/cellblock.ts'
import { Page } from './terminals/page.ts'

/**
 * Pages in front of consoles that flood, as a process of their own, so that reading them does not delay who measures.
 * Started with the address as JSON and their number; says “ready” when all flood. At “end” it says how many bytes came
 * meanwhile and ends them all, as it does when the parent ends.
 */
const [address = '', count = ''] = process.argv.slice(2)
const own = ownServer(JSON.parse(address) as OwnAddress)
const pages: Page[] = []
for (let number = 0; number < Number(count); number += 1) pages.push(await new Page(await own.open()).ready())
for (const page of pages) page.type('yes\r')
const bytes = () => pages.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0)
const before = bytes()
process.send?.('ready')

let ending = false
async function end(): Promise<void> {
  if (ending) return
  ending = true
  await Promise.all(pages.map((page) => page.close()))
  process.exit(0)
}
process.on('message', () => {
  process.send?.(bytes() - before)
  void end()
})
process.on('disconnect', () => void end())
process.on('SIGTERM', () => void end())
