import { newId } from '../ids.js'
import { alreadyRegisteredMail, confirmationMail } from './access-mails.js'
import { announceTo } from './account-secret-store.js'
import { findAccountByEmail, insertAccount } from './account-store.js'
import type { NewAccount } from './account.js'
import { inEvenTime } from './even-time.js'
import { hashPassword } from './hash-password.js'
import { confirmationLasts, oneTimeToken } from './one-time-token.js'

/** What a person gives to open an account. */
export interface NewPerson {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly language: 'en' | 'es'
}

/** When it happens, and the secret that one-time tokens are made with. */
export interface Moment {
  readonly now: Date
  readonly secret: string
}

/**
 * Opens an account and announces its confirmation mail; `then` runs before the answer. Undefined when the address has an
 * account already, whose mailbox is told instead; both take the same time, so that a visitor cannot tell.
 */
export async function openAccount(
  { password, ...person }: NewPerson,
  { now, secret }: Moment,
  rest: Partial<Pick<NewAccount, 'roles' | 'learnerId'>> = {},
  then: (account: NewAccount) => Promise<void> = async () => undefined,
): Promise<string | undefined> {
  const account: NewAccount = {
    ...person,
    roles: [],
    ...rest,
    id: newId(),
    passwordHash: await hashPassword(password),
    demonstration: false,
    joinedAt: now,
  }
  const isNew = await inEvenTime(insert(account, { now, secret }, then))
  return isNew ? account.id : undefined
}

async function insert(
  account: NewAccount,
  { now, secret }: Moment,
  then: (account: NewAccount) => Promise<void>,
): Promise<boolean> {
  const mailId = newId()
  const token = oneTimeToken(mailId, secret, confirmationLasts(now))
  if (await insertAccount(account, token, [confirmationMail(account, mailId)])) {
    await then(account)
    return true
  }
  const known = await findAccountByEmail(account.email)
  if (known) await announceTo(known.id, alreadyRegisteredMail(known, newId()))
  return false
}
