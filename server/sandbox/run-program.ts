import { spawn } from 'node:child_process'
import type { CommandResult } from './command-result.ts'

export interface RunOptions {
  /** Written to the program's stdin, which then is closed; without it stdin is empty. */
  input?: string
  env?: NodeJS.ProcessEnv
  cwd?: string
}

/** Runs a program of the sandbox host by argv and collects what it says; 127 where it cannot be started. */
export function runProgram(file: string, argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, argv, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin?.on('error', () => {}).end(options.input)
    child.on('error', (error) => resolve({ status: 127, stdout, stderr: `${error.message}\n` }))
    child.on('close', (code) => resolve({ status: code ?? 1, stdout, stderr }))
  })
}

/** As `runProgram`, but throws with what the program said when it failed. */
export async function mustRunProgram(file: string, argv: readonly string[], options?: RunOptions): Promise<string> {
  const { status, stdout, stderr } = await runProgram(file, argv, options)
  if (status !== 0) throw new Error(`${file} failed (${status}): ${stderr.trim()}`)
  return stdout
}
