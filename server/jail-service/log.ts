import { destination, pino } from 'pino'

/** The service's log, JSON lines on stderr. Fields that could hold a secret are blacked out wherever they stand. */
export function createLog(level: string) {
  const secrets = ['password', 'current', 'next', 'token', 'ticket', 'cookie', 'secret']
  return pino(
    {
      name: 'jail-service',
      level,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    destination({ dest: 2, sync: true }),
  )
}

export type Log = ReturnType<typeof createLog>
