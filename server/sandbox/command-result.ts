/** What one command answered: exit code and both streams as text (UTF-8). */
export interface CommandResult {
  status: number
  stdout: string
  stderr: string
}

/** A command that succeeded, with `stdout` as its output. */
export const succeeded = (stdout = ''): CommandResult => ({ status: 0, stdout, stderr: '' })

/** A command that failed with exit code `status` (1 unless said) and `stderr` as its message. */
export const failed = (stderr: string, status = 1): CommandResult => ({ status, stdout: '', stderr })
