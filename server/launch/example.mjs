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
  { tag: 'mail', from: '14.3-RELEASE', address: '10.0.1.4', up: true, boot: true },
  { tag: 'git', from: '14.3-RELEASE', address: '10.0.1.5', up: true, boot: true },
  { tag: 'ci', from: '14.3-RELEASE', address: '10.0.1.6', up: true, boot: false },
  { tag: 'ci-old', from: '11.0-RELEASE', address: '10.0.1.7', up: false, boot: false },
  { tag: 'dns', from: '14.3-RELEASE', address: '10.0.1.53', up: true, boot: true },
  { tag: 'wiki', from: 'template', address: '10.0.1.8', up: false, boot: false },
  { tag: 'cache', from: '14.3-RELEASE', address: '10.0.1.9', up: true, boot: false },
  { tag: 'scratch', from: '14.3-RELEASE', address: undefined, up: false, boot: false },
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
  const create = async (tag, source, properties) => {
    if (today) {
      await on('iocage', 'create', '-n', tag, ...source, ...properties)
      return
    }
    await on('iocage', 'create', ...source, `tag=${tag}`)
    for (const property of properties) await on('iocage', 'set', property, tag)
  }
  step('Filling the sandbox with an example: two releases, a template, a dozen jails')
  await on('iocage', 'activate', 'tank')
  for (const release of ['14.3-RELEASE', '11.0-RELEASE']) await on('iocage', 'fetch', '-r', release)
  await create('template', ['-r', '14.3-RELEASE'], ['ip4_addr=igb0|10.0.1.100/24', 'host_hostname=template'])
  await on('iocage', 'set', 'template=yes', 'template')
  for (const { tag, from, address, boot } of JAILS) {
    const source = from === 'template' ? ['-t', 'template'] : ['-r', from]
    const properties = [`host_hostname=${tag}`]
    if (address !== undefined) properties.push(`ip4_addr=igb0|${address}/24`)
    await create(tag, source, properties)
    if (boot) await on('iocage', 'set', 'boot=on', tag)
  }
  for (const { tag, up } of JAILS) if (up) await on('iocage', 'start', tag)
  damage(await pathOf('ldap'))
  await on(
    'jail',
    '-c',
    'name=build14',
    `path=${today ? '/tank' : ''}/iocage/releases/14.3-RELEASE/root`,
    'host.hostname=build14',
    'persist',
  )

  /** @param {string} tag */
  async function pathOf(tag) {
    const uuid = (await on('iocage', 'get', 'host_hostuuid', tag)).trim()
    return path.join(state, 'host', today ? 'tank/iocage/jails' : 'iocage/jails', uuid, 'config.json')
  }
}

/** Cuts a configuration in the middle, as a full disk did to somebody. @param {string} file */
function damage(file) {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.slice(0, Math.floor(text.length / 2)))
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
