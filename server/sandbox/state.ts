import { readFileSync } from 'node:fs'
import path from 'node:path'

/** iocage's two dialects (iocage-contract, section 1): the primer's UUID + TAG, and today's NAME. */
export type Dialect = '0.9.7' | '1.13'

export const DIALECTS: readonly Dialect[] = ['0.9.7', '1.13']

/**
 * What a sandbox keeps about itself, in `STATE/sandbox.json`. Written once when it is made
 * (write a temporary file, then rename); everything else that changes lives in files of its own.
 */
export interface SandboxConfig {
  version: 1
  dialect: Dialect
  /** Where datasets live: folders with overlayfs clones, or a real ZFS pool on a file below STATE. */
  storage: 'folders' | 'zfs'
  /** Name of the sandbox host (its `hostname`, also its host id on the first pool's mount). */
  hostname: string
  createdAt: string
}

/** Every path of a sandbox, from its state folder; nothing of a sandbox lies anywhere else. */
export interface SandboxPaths {
  state: string
  /** `sandbox.json`, see SandboxConfig. */
  config: string
  /** Commands to put in front of PATH: iocage jail jls jexec ifconfig zfs zpool … */
  bin: string
  /** The bundled commands (`commands.mjs`) and the native helper (`cb`). */
  lib: string
  /** Handles of what runs: the host's first process, jails, JID counter, locks. Gone after a reboot is fine. */
  run: string
  /** Mount point of the sandbox host's own root file system. */
  hostRoot: string
  /** Always the root of the running sandbox host as seen from the machine: a link to /proc/PID/root. */
  host: string
  /** Datasets: folders and their layers, or the pool's file. */
  storage: string
  /** What `iocage fetch` downloads from. */
  mirror: string
  /** Faults that were asked for (mirror away, checksum wrong, disk full): one file each, by name. */
  faults: string
}

/** The paths of the sandbox in `state`, an absolute folder. */
export function sandboxPaths(state: string): SandboxPaths {
  const at = (...parts: string[]) => path.join(state, ...parts)
  return {
    state,
    config: at('sandbox.json'),
    bin: at('bin'),
    lib: at('lib'),
    run: at('run'),
    hostRoot: at('hostroot'),
    host: at('host'),
    storage: at('storage'),
    mirror: at('mirror'),
    faults: at('faults'),
  }
}

/** Reads `sandbox.json`; throws with one clear sentence where it is missing, damaged or from a newer version. */
export function readSandboxConfig(paths: SandboxPaths): SandboxConfig {
  let text: string
  try {
    text = readFileSync(paths.config, 'utf8')
  } catch (cause) {
    throw new Error(`there is no sandbox in ${paths.state}`, { cause })
  }
  let config: SandboxConfig
  try {
    config = JSON.parse(text) as SandboxConfig
  } catch (cause) {
    throw new Error(`${paths.config} is damaged; remove the sandbox with "npm run sandbox -- reset"`, { cause })
  }
  if (config.version !== 1)
    throw new Error(`${paths.config} is from another version (${String(config.version)}); this one reads version 1`)
  return config
}
