import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { codeOf } from './accounts/test-totp.ts'
import { startTestService } from './test-service.ts'

/** All files below a folder, as text of bytes. */
function contents(folder: string): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .map((file) => ({ file, text: readFileSync(file, 'latin1') }))
}

/** Secrets of every kind, each put where its kind belongs, and then looked for everywhere else (security.md, section 3). */
test('twenty planted secrets are found nowhere in the state, the log, the audit or an answer', async () => {
  await using service = await startTestService({ args: ['--log-level', 'debug'] })
  const secrets: string[] = []
  const plant = (secret: string) => {
    secrets.push(secret)
    return secret
  }
  const answers: string[] = []
  const call = async (...args: Parameters<typeof service.call>) => {
    const answer = await service.call(...args)
    answers.push(JSON.stringify(answer))
    return answer
  }
  const as = { as: 'admin' }
  const password = (n: number) => plant(`canary-password-${n}-${'q'.repeat(8)}`)

  const setupToken = plant(service.setupToken() ?? '')
  const first = password(1)
  await call('setup.complete', { token: 'canary-wrong-set-up-token', userName: 'admin', password: first })
  plant('canary-wrong-set-up-token')
  await service.must('setup.complete', { token: setupToken, userName: 'admin', password: first })
  for (const [userName, secret] of [
    ['admin', password(2)],
    ['nobody', password(3)],
  ] as const)
    await call('session.login', { userName, password: secret })
  // Where a name was asked for somebody typed the password; the audit keeps the name that was tried, so it is none of these.
  await call('session.confirm', { password: password(4) }, as)
  await call('account.changePassword', { current: password(5), next: password(6) }, as)
  await call('user.create', { userName: 'ada', password: password(7), role: 'viewer' }, as)
  await call('user.create', { userName: 'Not A Name', password: password(8), role: 'viewer' } as never, as)
  const { users } = await service.must('user.list', {}, as)
  const id = users.find(({ userName }) => userName === 'ada')?.id ?? ''
  await call('user.setPassword', { id, password: password(9) }, as)
  await call('user.setPassword', { id: 'nobody', password: password(10) }, as)
  await call('user.remove', { id, password: password(11) } as never, as)

  const invite = await service.must('user.invite', { userName: 'bob', role: 'viewer' }, as)
  await call('invite.accept', { token: plant(invite.token), password: password(12) })
  await call('invite.accept', { token: plant('canary-wrong-invite-token'), password: password(13) })

  const { token } = await service.must(
    'token.create',
    { name: 'x', role: 'admin', jails: null, unattended: true, days: 1 },
    as,
  )
  await call('account.me', {}, { token: plant(token) })
  await call('account.me', {}, { token: plant('cellblock_canary-wrong-api-token') })

  const totp = await service.must('totp.begin', {}, as)
  plant(totp.secret)
  const { recoveryCodes } = await service.must('totp.enable', { code: await codeOf(totp.secret, -1) }, as)
  for (const code of recoveryCodes.slice(0, 3)) plant(code)
  await call('session.confirm', { code: recoveryCodes[0] ?? '' }, as)
  await call('session.login', { userName: 'admin', password: first, code: recoveryCodes[1] ?? '' })
  const cookie = decodeURIComponent(/=([^;]*)/.exec(service.cookieOf('admin'))?.[1] ?? '')
  plant(cookie)
  plant(cookie.split('.')[0] ?? '')
  await call('account.me', {}, { cookie: `__Host-cellblock=${plant('canary-made-up-cookie')}` })
  await service.must('audit.export', { format: 'csv' }, as).then(({ text }) => answers.push(text))

  expect(secrets.length).toBeGreaterThanOrEqual(20)
  const places = [...contents(service.state), { file: 'the log', text: service.log }]
  places.push(...answers.map((text, n) => ({ file: `answer ${n}`, text })))
  const found = secrets.flatMap((secret) =>
    places.flatMap(({ file, text }) => (text.includes(secret) ? [`${secret} in ${file}`] : [])),
  )
  expect(found).toEqual([])
  expect(places.map(({ file }) => path.basename(file))).toContain('service.db')
})
