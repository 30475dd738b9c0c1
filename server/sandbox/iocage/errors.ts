/** Ends the command with `message` (nothing printed when empty) and `status`, on the stream the dialect uses for it. */
export class IocageError extends Error {
  override name = 'IocageError'
  readonly status: number
  readonly stream: 'stderr' | 'stdout'

  constructor(message: string, options: { status?: number; stream?: 'stderr' | 'stdout' } = {}) {
    super(message)
    this.status = options.status ?? 1
    this.stream = options.stream ?? 'stderr'
  }
}

/** Ends the command quietly with `status`: what had to be said was printed already. */
export const exitWith = (status: number): IocageError => new IocageError('', { status })

/**
 * A failure that the real program shows as a Python traceback (a refusal by zfs, an unreadable file): the same
 * first and last line, so that whoever reads the stream meets what FreeBSD would show.
 */
export function traceback(exception: string, message: string): IocageError {
  return new IocageError(
    [
      'Traceback (most recent call last):',
      '  File "/usr/local/bin/iocage", line 10, in <module>',
      '    sys.exit(cli())',
      `${exception}: ${message}`,
    ].join('\n'),
  )
}
