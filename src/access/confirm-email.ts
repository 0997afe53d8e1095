import { newId } from '../ids.js'
import { noteAddress } from '../learners/note-address.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { refused } from '../problems.js'
import { confirmationMail } from './access-mails.js'
import { findConfirmation, putToken, useConfirmation } from './account-secret-store.js'
import { findAccount } from './account-store.js'
import { confirmationLasts, hashToken, oneTimeToken } from './one-time-token.js'
import { countTry } from './throttle-store.js'
import { patienceWithMails } from './throttle.js'

/**
 * The person opened the link in their mail: the address is theirs. The record learns of it before the link is used up, so that
 * after a crash in between the link still works. Throws refused for a used or expired link.
 */
export async function confirmEmail(accountId: string, token: string, now: Date): Promise<void> {
  const hash = hashToken(token)
  const account = await findConfirmation(accountId, hash, now)
  if (account?.learnerId !== undefined) await noteAddress(account.learnerId, account, now)
  if (!account || !(await useConfirmation(accountId, hash, now)))
    throw refused('access:problem.linkUsed')
}

/** Sends the confirmation mail once more; the link in the older one stops working. Throws refused when it is confirmed. */
export async function askForConfirmation(
  accountId: string,
  { now, secret }: { readonly now: Date; readonly secret: string },
): Promise<void> {
  const account = await findAccount(accountId)
  if (!account || account.emailConfirmedAt) throw refused('access:problem.alreadyConfirmed')
  await countTry(['mail', account.email], patienceWithMails)
  const id = newId()
  const token = oneTimeToken(id, secret, confirmationLasts(now))
  await putToken(account.id, 'confirmation', token, confirmationMail(account, id))
  mailSoon()
}
