import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { SERVICE_PROGRAMS } from './launch/build.mjs'

/** Who may import whom (CONTRIBUTING.md): the walls between the parts, asserted beside the linter's own rules. */
const top = fileURLToPath(new URL('..', import.meta.url))

/** Source files below a folder, tests left out: they may start other parts. */
function sources(folder: string): string[] {
  return readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /\.(ts|tsx|mjs)$/.test(name) &&
        !/\.test\.tsx?$|test-(service|sandbox|small-disk)\.ts$/.test(name) &&
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
    except: /(run-command|command-reader)\.ts$/,
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
    const pending = Object.keys(SERVICE_PROGRAMS)
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

  test('the service asks somebody else at one place only', () => {
    const asking = sources('server/jail-service').filter(
      (file) =>
        !path.basename(file).startsWith('test-') &&
        /\bfetch\(|\bhttps?\.(request|get)\(|from '(undici|node:https)'/.test(
          readFileSync(path.join(top, file), 'utf8'),
        ),
    )
    expect(asking).toEqual(['server/jail-service/accounts/oidc-fetch.ts'])
  })

  test.each([
    ['docs/security.md', 25],
    ['docs/asvs.md', 100],
  ])('every test that %s names exists', (document, atLeast) => {
    const text = readFileSync(path.join(top, document), 'utf8')
    let named = 0
    for (const [, file = '', names = ''] of text.matchAll(/`([\w./-]+\.(?:test|e2e)\.ts)`((?:,? “[^”]+”)*)/g)) {
      const source = readFileSync(path.join(top, file), 'utf8')
      for (const [, name = ''] of names.matchAll(/“([^”]+)”/g)) {
        named += 1
        expect.soft(source, `${file}: ${name}`).toContain(name)
      }
    }
    expect(named).toBeGreaterThan(atLeast)
  })

  test('docs/asvs.md has a row for each requirement of levels 1 and 2, and names no file that is not there', () => {
    // Numbers of ASVS 5.0.0; within a section those of these levels come first.
    const last = {
      ...{ '1.1': 2, '1.2': 9, '1.3': 11, '1.4': 3, '1.5': 2, '2.1': 3, '2.2': 3, '2.3': 4, '2.4': 1, '3.2': 2 },
      ...{ '3.3': 4, '3.4': 6, '3.5': 5, '3.7': 2, '4.1': 3, '4.2': 1, '4.3': 2, '4.4': 4, '5.1': 1, '5.2': 3 },
      ...{ '5.3': 2, '5.4': 3, '6.1': 3, '6.2': 12, '6.3': 4, '6.4': 4, '6.5': 5, '6.6': 3, '6.8': 4, '7.1': 3 },
      ...{ '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2, '8.1': 2, '8.2': 3, '8.3': 1, '8.4': 1, '9.1': 3 },
      ...{ '9.2': 4, '10.1': 2, '10.2': 2, '10.3': 4, '10.4': 11, '10.5': 5, '10.6': 2, '10.7': 3, '11.1': 2 },
      ...{ '11.2': 3, '11.3': 3, '11.4': 4, '11.5': 1, '11.6': 1, '12.1': 3, '12.2': 2, '12.3': 4, '13.1': 1 },
      ...{ '13.2': 5, '13.3': 2, '13.4': 5, '14.1': 2, '14.2': 4, '14.3': 3, '15.1': 3, '15.2': 3, '15.3': 7 },
      ...{ '16.1': 1, '16.2': 5, '16.3': 4, '16.4': 3, '16.5': 3, '17.1': 1, '17.2': 4, '17.3': 2 },
    }
    const wanted = Object.entries(last).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    )
    expect(wanted).toHaveLength(253)
    const text = readFileSync(path.join(top, 'docs/asvs.md'), 'utf8')
    const rows = [
      ...text.matchAll(/^\| (\d+\.\d+)\.(\d+)(?:–\1\.(\d+))? +\| [^|]+ \| (?:met|not met|not applicable)\b/gm),
    ].flatMap(([, section, from, to = from]) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => `${section}.${Number(from) + index}`),
    )
    expect(rows).toEqual(wanted)
    const counts = new Map<string, number>()
    for (const [, from, to = from, state = ''] of text.matchAll(
      /^\| \d+\.\d+\.(\d+)(?:–\d+\.\d+\.(\d+))? +\| [^|]+ \| (met|not met|not applicable)\b/gm,
    ))
      counts.set(state, (counts.get(state) ?? 0) + Number(to) - Number(from) + 1)
    const summary = readFileSync(path.join(top, 'docs/security.md'), 'utf8').replaceAll(/\s+/g, ' ')
    expect(summary).toContain(
      `${counts.get('met')} are *met*, most with their test, ${counts.get('not applicable')} *not applicable* with the reason, and ${counts.get('not met')} *not met*:`,
    )
    for (const [, file = ''] of text.matchAll(/`([\w-]+\/[\w./()-]+\.\w+)`/g))
      expect.soft(existsSync(path.join(top, file)), file).toBe(true)
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
