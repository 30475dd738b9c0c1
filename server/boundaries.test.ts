import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** Who may import whom (CONTRIBUTING.md): the walls between the parts, asserted beside the linter's own rules. */
const top = fileURLToPath(new URL('..', import.meta.url))

/** Source files below a folder, tests left out: they may start other parts. */
function sources(folder: string): string[] {
  return readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /\.(ts|tsx|mjs)$/.test(name) &&
        !/\.test\.tsx?$|test-(service|sandbox)\.ts$/.test(name) &&
        !name.includes('node_modules'),
    )
    .map((name) => path.join(folder, name))
}

/** What a file imports: packages by name, our own files by their path from the top. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(top, file), 'utf8')
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
    ),
  ]
    .map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '')
    .map((name) => {
      if (name.startsWith('@/')) return name.slice(2)
      if (name.startsWith('.')) return path.normalize(path.join(path.dirname(file), name))
      return name
    })
}

const rules: { from: string; never: RegExp; except?: RegExp; why: string }[] = [
  { from: 'lib', never: /^(node:|next|react|server\/|components\/|app\/)/, why: 'lib is pure and runs in the browser' },
  {
    from: 'components',
    never: /^(node:|app\/|server\/(?!panel\/actions\/))/,
    why: 'components reach the server through actions and reads only',
  },
  { from: 'components/ui', never: /^components\/(?!ui\/)/, why: 'the kit could ship in any product' },
  { from: 'app', never: /^server\/(jail-service|sandbox|launch)\//, why: 'pages know the panel only' },
  {
    from: 'server/panel',
    never: /^(server\/(jail-service|sandbox|launch)\/|node:child_process)/,
    why: 'the panel has a socket, no hands',
  },
  {
    from: 'server/jail-service',
    never: /^(server\/(panel|sandbox|launch)\/|components\/|app\/)/,
    why: 'the service runs a host, any host',
  },
  {
    from: 'server/console-client',
    never: /^(server\/(panel|jail-service|sandbox|launch)\/|components\/|app\/|node:child_process)/,
    why: 'a client speaks the protocol and knows no more',
  },
  {
    from: 'server/sandbox',
    never: /^(server\/(panel|jail-service|launch)\/|components\/|app\/)/,
    why: 'the sandbox is a host, not a part of the panel',
  },
  { from: 'server/jail-service', never: /^(next|react|react-dom)(\/|$)/, why: 'the privileged half stays small' },
  {
    from: 'server/jail-service',
    never: /^node:child_process$/,
    except: /run-command\.ts$/,
    why: 'one owner starts commands',
  },
  { from: 'server/jail-service', never: /^node-pty$/, except: /\/pty\.ts$/, why: 'one owner opens ptys' },
  {
    from: 'server/jail-service/accounts',
    never: /^server\/jail-service\/(inventory|drivers|jails|host|console)\//,
    why: 'accounts and host work meet in the dispatcher',
  },
  {
    from: 'server/jail-service/drivers',
    never: /^server\/jail-service\/accounts\//,
    why: 'accounts and host work meet in the dispatcher',
  },
  ...['lib', 'components', 'app', 'server', 'e2e'].map((from) => ({
    from,
    never: /^bench\//,
    why: 'benchmarks look at the parts from outside',
  })),
]

describe('boundaries between the parts', () => {
  for (const { from, never, except, why } of rules) {
    test(`${from}: ${why} (${never.source})`, () => {
      const broken = sources(from)
        .filter((file) => !except?.test(file))
        .flatMap((file) =>
          importsOf(file)
            .filter((name) => never.test(name))
            .map((name) => `${file} imports ${name}`),
        )
      expect(broken).toEqual([])
    })
  }

  test('nothing of Next or React is in the privileged process', () => {
    const reached = new Set<string>()
    const pending = ['server/jail-service/main.ts']
    const packages = new Set<string>()
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (reached.has(file)) continue
      reached.add(file)
      for (const name of importsOf(file))
        if (/^(lib|server)\//.test(name)) pending.push(name)
        else if (!name.startsWith('node:') && !name.endsWith('.json')) packages.add(name)
    }
    expect(reached.size).toBeGreaterThan(100)
    expect([...packages].filter((name) => /^(next|react|react-dom|@base-ui|@tanstack)(\/|$)/.test(name))).toEqual([])
    expect([...packages]).toContain('better-sqlite3')
  })

  test('every test that docs/security.md names exists', () => {
    const text = readFileSync(path.join(top, 'docs/security.md'), 'utf8')
    let named = 0
    for (const [, file = '', names = ''] of text.matchAll(/`([\w./-]+\.(?:test|e2e)\.ts)`((?:,? “[^”]+”)+)/g))
      for (const [, name = ''] of names.matchAll(/“([^”]+)”/g)) {
        named += 1
        expect.soft(readFileSync(path.join(top, file), 'utf8'), `${file}: ${name}`).toContain(name)
      }
    expect(named).toBeGreaterThan(25)
  })

  test('every fuzz test is run in its long form too', () => {
    const launcher = readFileSync(path.join(top, 'server/launch/fuzz.mjs'), 'utf8')
    const tests = ['lib', 'components', 'server', 'e2e'].flatMap((folder) =>
      readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => path.join(folder, name))
        .filter((name) => /\.(test|e2e)\.ts$/.test(name)),
    )
    const fuzzed = tests.filter((file) => /from '[^']*\/fuzz\.ts'/.test(readFileSync(path.join(top, file), 'utf8')))
    expect(fuzzed.length).toBeGreaterThan(10)
    expect(fuzzed.filter((file) => !launcher.includes(`'${file}'`))).toEqual([])
  })

  test('files are named for what they are', () => {
    const banned = /(^|\/)(utils?|helpers?|common|misc|index|.*manager)\.(ts|tsx)$/
    expect(
      [...sources('lib'), ...sources('server'), ...sources('components')].filter((file) => banned.test(file)),
    ).toEqual([])
  })
})
