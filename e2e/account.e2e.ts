import type { Page } from '@playwright/test'
import { codeOf } from '../server/jail-service/accounts/test-totp.ts'
import { expect, expectAccessible, forgetSession, test, useHost, useTheme } from './fixtures.ts'
import { SESSION_COOKIE } from '../lib/contract/wire.ts'
import { TEST_PASSWORD } from './start-panel.ts'

useHost()

async function fillLogin(page: Page, userName: string): Promise<void> {
  await page.goto('/login?next=%2Faccount')
  await page.getByLabel('User name').fill(userName)
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
}

/** Sets up the app in the page; answers its secret and the recovery codes. */
async function setUpApp(page: Page): Promise<{ secret: string; recoveryCodes: string[] }> {
  await page.getByRole('button', { name: 'Set up' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible()
  const secret = (await dialog.getByTestId('totp-secret').innerText()).replaceAll(/\s/g, '')
  await dialog.getByLabel('Code that the app shows').fill('000 000')
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await expect(dialog.getByText('Not the right code.')).toBeVisible()
  // The step before this one is still good, and leaves this one for the login.
  await dialog.getByLabel('Code that the app shows').fill(await codeOf(secret, -1))
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  const list = page.getByRole('list', { name: 'Recovery codes' })
  await expect(list.getByRole('listitem')).toHaveCount(10)
  const recoveryCodes = await list.getByRole('listitem').allInnerTexts()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  return { secret, recoveryCodes }
}

test('an authenticator app is set up, asked for, and replaced by a recovery code', async ({ page, signIn }) => {
  await signIn('operator')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }
  await page.keyboard.press('Escape')
  const { secret, recoveryCodes } = await setUpApp(page)
  await expect(page.getByText('10 of 10 recovery codes are left.')).toBeVisible()

  await forgetSession(page)
  await fillLogin(page, 'operator')
  await expect(page.getByLabel('Code for operator')).toBeFocused()
  await expectAccessible(page)
  await page.getByLabel('Code for operator').fill('123456')
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByText('Not the right code, or one that was used already.')).toBeVisible()
  await page.getByLabel('Code for operator').fill(await codeOf(secret))
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('heading', { name: 'operator' })).toBeVisible()

  await forgetSession(page)
  await fillLogin(page, 'operator')
  await page.getByLabel('Code for operator').fill(recoveryCodes[0] ?? '')
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByText('9 of 10 recovery codes are left.')).toBeVisible()

  await page.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
  await expect(page.getByRole('button', { name: 'Set up' })).toBeVisible()
  await forgetSession(page)
  await fillLogin(page, 'operator')
  await expect(page.getByRole('heading', { name: 'operator' })).toBeVisible()
})

test('what opens the host asks who one is after five minutes, and then goes on by itself', async ({
  page,
  panel,
  signIn,
}) => {
  await signIn('admin')
  await page.goto('/account')
  const role = page.getByRole('combobox', { name: 'Role of viewer' })
  await role.selectOption('operator')
  await expect(role).toHaveValue('operator')

  panel.ageProofs(301)
  await role.selectOption('viewer')
  const dialog = page.getByRole('dialog', { name: 'Is it still you?' })
  await expect(dialog).toBeVisible()
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(page, theme)
    await expectAccessible(page)
  }
  // Thinking better of it changes nothing, and says nothing more.
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  await expect(role).toHaveValue('operator')

  const cookie = async () => (await page.context().cookies()).find(({ name }) => name === SESSION_COOKIE)?.value
  const before = await cookie()
  await role.selectOption('viewer')
  await dialog.getByLabel('Your password').fill('not my password')
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await expect(dialog.getByText('This is not your password.')).toBeVisible()
  await dialog.getByLabel('Your password').fill(TEST_PASSWORD)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(role).toHaveValue('viewer')
  // Another cookie by now, and a page that goes on with it.
  expect(await cookie()).not.toBe(before)
  await page.reload()
  await expect(role).toHaveValue('viewer')
})

test('a reset leaves the authenticator app: the link asks for its code', async ({ page, panel, signIn, browser }) => {
  const own = await panel.login('operator')
  const begun = await panel.call('totp.begin', {}, own)
  const { secret } = (begun.body as { value: { secret: string } }).value
  expect((await panel.call('totp.enable', { code: await codeOf(secret, -1) }, own)).status).toBe(200)

  await signIn('admin')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Reset operator' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('The authenticator app stays; the link asks for the second factor, too.')).toBeVisible()
  await dialog.getByRole('radio', { name: /The phone or key as well/ }).click()
  await expect(dialog.getByText('The authenticator app is void, too.')).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('radio', { name: /^The password/ }).click()
  await dialog.getByRole('button', { name: 'Reset operator' }).click()
  const link = await page.getByLabel('Link', { exact: true }).innerText()

  const context = await browser.newContext({ baseURL: panel.origin })
  const visitor = await context.newPage()
  await visitor.goto('/invite')
  await visitor.getByLabel('Link').fill(link)
  await expectAccessible(visitor)
  await visitor.getByRole('button', { name: 'Continue' }).click()
  await expect(visitor.getByRole('heading', { name: 'Welcome, operator' })).toBeVisible()
  await visitor.getByLabel('Password', { exact: true }).fill('a password of my own')
  await visitor.getByLabel('Password again').fill('a password of my own')
  await visitor.getByRole('button', { name: 'Continue' }).click()
  await visitor.getByLabel('Code for operator').fill('000000')
  await visitor.getByRole('button', { name: 'Set password and log in' }).click()
  await expect(visitor.getByText('Not the right code')).toBeVisible()
  await expectAccessible(visitor)
  await visitor.getByLabel('Code for operator').fill(await codeOf(secret))
  await visitor.getByRole('button', { name: 'Set password and log in' }).click()
  await expect(visitor.getByRole('navigation', { name: 'Places' })).toBeVisible()
  await context.close()
})

test('an invited user sets the password by a link, once', async ({ page, panel, signIn, browser }) => {
  await signIn('admin')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Invite user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('User name').fill('Grace')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await expect(dialog.getByText('A user name starts with a lower-case letter')).toBeVisible()
  await dialog.getByLabel('User name').fill('grace')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  const link = await dialog.getByLabel('Link', { exact: true }).innerText()
  expect(link).toMatch(new RegExp(`^${panel.origin}/invite#[\\w-]{43}$`))
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(/has a link until/)).toBeVisible()

  const context = await browser.newContext()
  const visitor = await context.newPage()
  await visitor.goto(link)
  await expect(visitor).toHaveURL(/\/invite$/)
  await expect(visitor.getByRole('heading', { name: 'Welcome, grace' })).toBeVisible()
  await expectAccessible(visitor)
  await visitor.getByLabel('Password', { exact: true }).fill('passwordpassword')
  await visitor.getByLabel('Password again').fill('passwordpassword')
  await visitor.getByRole('button', { name: 'Set password' }).click()
  await expect(visitor.getByText(/tried first/)).toBeVisible()
  await visitor.getByLabel('Password', { exact: true }).fill('a password of my own')
  await visitor.getByLabel('Password again').fill('a password of my own')
  await visitor.getByRole('button', { name: 'Set password' }).click()
  await expect(visitor.getByRole('navigation', { name: 'Places' })).toBeVisible()
  await visitor.goto('/account')
  await expect(visitor.getByRole('heading', { name: 'grace' })).toBeVisible()
  await visitor.goto(link)
  await expect(visitor.getByText('This link was used')).toBeVisible()

  // A reset ends what was.
  await page.reload()
  await page.getByRole('button', { name: 'Reset grace' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reset grace' }).click()
  const again = await page.getByLabel('Link', { exact: true }).innerText()
  expect(again).not.toBe(link)
  await visitor.goto('/account')
  await expect(visitor).toHaveURL(/\/login/)
  await context.close()
})

/** A key in the computer that asks for a finger, by Chromium's own virtual one. */
async function plugInKey(page: Page): Promise<{ setFinger(right: boolean): Promise<void> }> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return {
    setFinger: (right) =>
      session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: right }).then(() => undefined),
  }
}

test('a passkey lets in, proves who one is, and can be the only way in', async ({ page, panel, signIn }) => {
  const key = await plugInKey(page)
  await signIn('viewer')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Add passkey' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('my laptop')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('my laptop')).toBeVisible()
  await page.getByRole('button', { name: 'Add passkey' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('This device has a passkey for you already.')).toBeVisible()
  await page.keyboard.press('Escape')

  // The wrong finger lets nobody in.
  await forgetSession(page)
  await page.goto('/login?next=%2Faccount')
  await key.setFinger(false)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByText('No passkey was used.')).toBeVisible()
  await key.setFinger(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByRole('heading', { name: 'viewer' })).toBeVisible()

  // Without a password it is the only way in, and the last one cannot be removed.
  await page.getByRole('button', { name: 'Remove the password' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the password' }).click()
  await expect(page.getByText('Passkeys are your only way in.')).toBeVisible()
  await page.getByRole('button', { name: 'Remove the passkey my laptop' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('dialog').getByText('This passkey is the only way in.')).toBeVisible()
  await page.keyboard.press('Escape')
  expect((await panel.call('session.login', { userName: 'viewer', password: TEST_PASSWORD })).status).toBe(401)

  panel.ageProofs(301)
  await page.getByLabel('New password', { exact: true }).fill('a password of my own')
  await page.getByLabel('New password again').fill('a password of my own')
  await page.getByRole('button', { name: 'Set a password' }).click()
  const question = page.getByRole('dialog', { name: 'Is it still you?' })
  await question.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page.getByText('Your password lets you in as well.')).toBeVisible()
})
