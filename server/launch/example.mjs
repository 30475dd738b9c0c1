// @ts-check
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { step } from './say.mjs'

/** Jails of the example: tag, source, address, and whether it runs. */
const JAILS = [
  { tag: 'www', from: 'template', address: '10.0.1.2', up: true, boot: true },
  { tag: 'www-staging', from: 'template', address: '10.0.1.12', up: true, boot: false },
  { tag: 'db', from: 'template', address: '10.0.1.3', up: true, boot: true },
  { tag: 'mail', from: '15.1-RELEASE', address: '10.0.1.4', up: true, boot: true },
  { tag: 'git', from: '15.1-RELEASE', address: '10.0.1.5', up: true, boot: true },
  { tag: 'ci', from: '15.1-RELEASE', address: '10.0.1.6', up: true, boot: false },
  { tag: 'ci-old', from: '11.0-RELEASE', address: '10.0.1.7', up: false, boot: false },
  { tag: 'dns', from: '15.1-RELEASE', address: '10.0.1.53', up: true, boot: true },
  { tag: 'wiki', from: 'template', address: '10.0.1.8', up: false, boot: false },
  { tag: 'cache', from: '15.1-RELEASE', address: '10.0.1.9', up: true, boot: false },
  { tag: 'scratch', from: '15.1-RELEASE', address: undefined, up: false, boot: false },
  { tag: 'ldap', from: '11.0-RELEASE', address: '10.0.1.11', up: false, boot: false },
]

/**
 * Fills a new sandbox with two releases, a template and a dozen jails by iocage's own commands: most running, one with
 * a damaged configuration, one started with plain jail(8). Rejects with the command that failed.
 * @param {string} bin folder of the sandbox's commands
 * @param {string} state the sandbox's folder
 */
export async function fill(bin, state) {
  const env = { ...process.env, CELLBLOCK_SANDBOX: state, CELLBLOCK_MIRROR_RATE: 'unlimited' }
  /** @param {string} command @param {string[]} args */
  const on = async (command, ...args) => {
    const { status, output } = await runQuietly(path.join(bin, command), args, env)
    if (status !== 0)
      throw new Error(`--example: ${command} ${args.join(' ')} failed: ${output.trim().split('\n').at(-1)}`)
    return output
  }
  const version = await on('iocage', '--version')
  const today = !/\b0\.9\./.test(version)
  /** @param {string} tag @param {string[]} source @param {string[]} properties */
  const create = (tag, source, properties) =>
    today
      ? on('iocage', 'create', '-n', tag, ...source, ...properties)
      : on('iocage', 'create', ...source, `tag=${tag}`, ...properties)
  step('Filling the sandbox with an example: two releases, a template, a dozen jails')
  await on('iocage', 'activate', 'tank')
  for (const release of ['15.1-RELEASE', '11.0-RELEASE']) await on('iocage', 'fetch', '-r', release)
  await create('template', ['-r', '15.1-RELEASE'], ['ip4_addr=igb0|10.0.1.100/24', 'host_hostname=template'])
  await on('iocage', 'set', 'template=yes', 'template')
  for (const { tag, from, address, boot } of JAILS) {
    const properties = [`host_hostname=${tag}`, `boot=${boot ? 'on' : 'off'}`]
    if (address !== undefined) properties.push(`ip4_addr=igb0|${address}/24`)
    await create(tag, from === 'template' ? ['-t', 'template'] : ['-r', from], properties)
  }
  // Today's iocage starts a jail that is to boot with the host as soon as it is made.
  const down = JAILS.filter(({ up, boot }) => up && !(today && boot))
  await on('iocage', 'start', ...down.map(({ tag }) => tag))
  damage(await pathOf('ldap'), today)
  await on(
    'jail',
    '-c',
    'name=build14',
    `path=${today ? '/tank' : ''}/iocage/releases/15.1-RELEASE/root`,
    'host.hostname=build14',
    'persist',
  )

  /** @param {string} tag */
  async function pathOf(tag) {
    const uuid = (await on('iocage', 'get', 'host_hostuuid', tag)).trim()
    return path.join(state, 'host', today ? 'tank/iocage/jails' : 'iocage/jails', uuid, 'config.json')
  }
}

/**
 * Damages a configuration. Today's iocage gets one that was cut in the middle, as by a full disk. The older one would
 * fail at every command for every jail then: it gets one swollen by a runaway script, which only we refuse to read.
 * @param {string} file @param {boolean} today
 */
function damage(file, today) {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, today ? text.slice(0, Math.floor(text.length / 2)) : text + '\n'.repeat(2 * 1024 * 1024))
}

/** @param {string} file @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<{ status: number, output: string }>} */
function runQuietly(file, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('error', reject)
    child.on('close', (code) => resolve({ status: code ?? 1, output }))
  })
}
