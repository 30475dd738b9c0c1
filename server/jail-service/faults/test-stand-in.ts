import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A program in the place of one of the host's, for a command that does not do what it should. */
export interface StandIn extends Disposable {
  readonly file: string
  /** From now on it is this shell script; without one the host's own command again. */
  be(...script: string[]): void
  /** From now on only its verb (`stop` of iocage) is this script. */
  except(verb: string, ...script: string[]): void
}

/** A stand-in for the command of that name in the sandbox's folder, which it is at first. */
export function makeStandIn(bin: string, name: string): StandIn {
  const folder = mkdtempSync(path.join(tmpdir(), 'cellblock-stand-in-'))
  const file = path.join(folder, name)
  const real = `exec ${bin}/${name} "$@"`
  // In place: another file would be another iocage, which is asked anew what it is.
  const write = (...lines: string[]) => {
    writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(file, 0o755)
  }
  write(real)
  return {
    file,
    be: (...script) => write(...(script.length === 0 ? [real] : script)),
    except: (verb, ...script) => write(`if [ "$1" = ${verb} ]; then`, ...script, 'fi', real),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
