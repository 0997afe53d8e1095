import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { refused } from '../problems.js'
import { passwordChangedMail, resetMail } from './access-mails.js'
import { isResetOpen, putToken, useReset } from './account-secret-store.js'
import { findAccountByEmail } from './account-store.js'
import { normalEmail } from './account.js'
import { inEvenTime } from './even-time.js'
import { hashPassword } from './hash-password.js'
import { hashToken, oneTimeToken, resetLasts } from './one-time-token.js'
import type { Circumstance } from './register-learner.js'
import { countTry } from './throttle-store.js'
import { patienceWithMails, patienceWithPlace, placeOf } from './throttle.js'

/** Mails a link to choose a new password, if the address has an account; the same answer and time if not. */
export async function askForReset(
  email: string,
  { address, now, secret }: Circumstance,
): Promise<void> {
  await countTry(['reset', placeOf(address)], patienceWithPlace)
  await countTry(['mail', normalEmail(email)], patienceWithMails)
  await inEvenTime(sendReset(email, now, secret))
  mailSoon()
}

async function sendReset(email: string, now: Date, secret: string) {
  const account = await findAccountByEmail(email)
  if (account?.state !== 'active') return
  const id = newId()
  await putToken(
    account.id,
    'reset',
    oneTimeToken(id, secret, resetLasts(now)),
    resetMail(account, id),
  )
}

/** Throws refused when the link was used, is too old or never was. */
export async function checkResetLink(accountId: string, token: string, now: Date): Promise<void> {
  if (!(await isResetOpen(accountId, hashToken(token), now))) {
    throw refused('access:problem.linkUsed')
  }
}

/** Sets the new password and ends every session and token. Throws refused for a used or expired link. */
export async function resetPassword(
  accountId: string,
  token: string,
  password: string,
  now: Date,
): Promise<void> {
  await checkResetLink(accountId, token, now)
  const passwordHash = await hashPassword(password)
  const mail = (account: Parameters<typeof passwordChangedMail>[0]) =>
    passwordChangedMail(account, newId())
  const account = await useReset(accountId, hashToken(token), passwordHash, mail, now)
  if (!account) throw refused('access:problem.linkUsed')
  mailSoon()
}
