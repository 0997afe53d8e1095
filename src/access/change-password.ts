import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { invalid, refused } from '../problems.js'
import { passwordChangedMail } from './access-mails.js'
import { savePassword } from './account-secret-store.js'
import { findCredentials } from './account-store.js'
import { actorFrom } from './account.js'
import type { Actor } from './actor.js'
import { hashPassword, isPassword } from './hash-password.js'
import type { SignedIn } from './sign-in.js'
import { countTry, forgetTries } from './throttle-store.js'
import { patienceWithPerson } from './throttle.js'

/**
 * Throws invalid (on `field`) unless this is the person's own password; guesses have to wait as at sign-in. Asked again
 * before something weighty, such as a consent.
 */
export async function confirmOwnPassword(
  actor: Pick<Actor, 'accountId' | 'email'>,
  password: string,
  field = 'password',
): Promise<void> {
  await countTry(['own-password', actor.accountId], patienceWithPerson)
  const known = await findCredentials(actor.email)
  if (!(await isPassword(password, known?.passwordHash))) {
    throw invalid([{ field, message: 'access:problem.wrongPassword' }])
  }
  await forgetTries(['own-password', actor.accountId])
}

/** Changes one's own password; every session and token ends but the one that starts with what this returns. */
export async function changePassword(
  actor: Actor,
  { current, next }: { readonly current: string; readonly next: string },
): Promise<SignedIn> {
  await confirmOwnPassword(actor, current, 'currentPassword')
  const known = await findCredentials(actor.email)
  const mail = known && passwordChangedMail(known.account, newId())
  const account = mail && (await savePassword(known.account, await hashPassword(next), mail))
  if (!account) throw refused('access:problem.changedMeanwhile')
  mailSoon()
  return { ...actorFrom(account), sessionVersion: account.sessionVersion }
}
