// @ts-check
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's (or release's) top folder. */
export const top = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/**
 * Runs a command with our own streams and waits for it.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>} its exit code; 128 + signal when a signal ended it
 */
export function run(file, args, { env = process.env, cwd = top } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env, cwd })
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : 15)))
  })
}

/**
 * Runs a command quietly.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ status: number, output: string }} `output`: both streams
 */
export function capture(file, args, env = process.env) {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8', cwd: top, env })
  return { status: error ? 127 : (status ?? 1), output: error ? error.message : `${stdout}${stderr}` }
}

/**
 * Where a program is on PATH.
 * @param {string} name
 * @returns {string | undefined}
 */
export function which(name) {
  return (process.env.PATH ?? '')
    .split(':')
    .concat('/usr/sbin', '/sbin')
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file))
}

/** Whether this is a Debian-like system on which we may install packages. */
export const canApt = () => process.getuid?.() === 0 && which('apt-get') !== undefined

/**
 * Installs Debian packages; services that they bring are not started.
 * @param {readonly string[]} packages
 * @returns {Promise<boolean>} whether they are there now
 */
export async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const policy = '/usr/sbin/policy-rc.d'
  const { writeFileSync, rmSync } = await import('node:fs')
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const args = ['install', '-y', '-qq', '--no-install-recommends', ...packages]
    if ((await run('apt-get', args, { env })) === 0) return true
    await run('apt-get', ['update', '-qq'], { env })
    return (await run('apt-get', args, { env })) === 0
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

/** @param {string} file @returns {string} its text, empty when it is not there */
export function readText(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
