import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setUpNetwork } from '../network/set-up-network.ts'
import { sandboxPaths } from '../state.ts'
import { createPool, mountAll, zpool } from '../storage/zfs.ts'

const POOL = 'tank'

/** What happens when the sandbox host starts: its network, its file systems. Jails do not outlive a host. */
export async function main(): Promise<number> {
  const paths = sandboxPaths(process.env['CELLBLOCK_SANDBOX'] ?? '')
  rmSync(path.join(paths.run, 'jails'), { recursive: true, force: true })
  rmSync(path.join(paths.run, 'next-jid'), { force: true })
  mkdirSync(path.join(paths.run, 'jails'), { recursive: true })
  await Promise.all([setUpNetwork(), bringStorage(paths.state)])
  return 0
}

async function bringStorage(state: string): Promise<void> {
  await mountAll()
  // Only once: a pool that the admin destroyed stays destroyed.
  const made = path.join(state, 'pool-made')
  if (existsSync(made)) return
  const pools = (await zpool('list', '-H', '-o', 'name')).stdout.split('\n')
  if (!pools.includes(POOL)) await createPool(POOL)
  writeFileSync(made, '')
}
