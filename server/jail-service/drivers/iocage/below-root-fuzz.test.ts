import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FUZZ_TIMEOUT_MS, fuzzRuns } from '../../../fuzz-runs.ts'
import { readBelow, resolveBelow } from './below-root.ts'

const name = fc.constantFrom('a', 'b', 'etc', 'resolv.conf')
const place = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const target = fc.oneof(
  fc
    .array(fc.constantFrom('..', '.', 'a', 'b', 'etc', 'resolv.conf'), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('/')),
  fc.constantFrom('/', '/etc/passwd', 'OUTSIDE', '../secret', 'a//b/'),
)
const tree = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('link'), place, target }),
    fc.record({ kind: fc.constant('file'), place, target: fc.constant('') }),
  ),
  { minLength: 1, maxLength: 6 },
)

test(
  'whatever links a jail’s root has, nothing outside of it is taken for inside, or read',
  () => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'below-')))
    const secret = path.join(folder, 'secret')
    writeFileSync(secret, 'of the host')
    const root = path.join(folder, 'root')
    fc.assert(
      fc.property(tree, place, (entries, asked) => {
        rmSync(root, { recursive: true, force: true })
        mkdirSync(root)
        for (const entry of entries) {
          const at = path.join(root, entry.place)
          try {
            // A link in the way leads where it leads; what is made through it must stay in our own folder.
            if (!realpathSync(mkdirSync(path.dirname(at), { recursive: true }) ?? path.dirname(at)).startsWith(root))
              continue
            if (entry.kind === 'file') writeFileSync(at, 'of the jail', { flag: 'wx' })
            else symlinkSync(entry.target === 'OUTSIDE' ? secret : entry.target, at)
          } catch {
            continue // something is there already, or no folder can be
          }
        }
        const resolved = resolveBelow(root, asked)
        if (resolved.kind === 'inside') {
          const real = realpathSync(resolved.path)
          expect(real === root || real.startsWith(`${root}/`), `${asked} leads to ${real}`).toBe(true)
        }
        expect(readBelow(root, asked) ?? '').not.toContain('of the host')
      }),
      { numRuns: fuzzRuns(300, 20_000) },
    )
    rmSync(folder, { recursive: true })
  },
  FUZZ_TIMEOUT_MS,
)
