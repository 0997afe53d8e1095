import { findLearner } from '../learners/learner-store.js'
import { refused } from '../problems.js'
import { findCredentials } from './account-store.js'
import { actorFrom, normalEmail, type Account } from './account.js'
import type { Actor } from './actor.js'
import { isPassword } from './hash-password.js'
import { openLearnerRecord } from './open-learner-record.js'
import { countTry, forgetTries, takeTryBack } from './throttle-store.js'
import { patienceWithPerson, patienceWithPlace, placeOf } from './throttle.js'

/** The person, with the version their sessions and tokens carry. */
export interface SignedIn extends Actor {
  readonly sessionVersion: number
}

/** Opens the record of a learner whose registration broke off between account and record. */
async function mendRecord(account: Account) {
  if (account.learnerId === undefined || (await findLearner(account.learnerId))) return
  await openLearnerRecord(account, { city: '' })
}

export interface SignInTry {
  readonly email: string
  readonly password: string
  /** The network address it comes from. */
  readonly address: string
}

/**
 * Who has this e-mail and password; undefined when they do not fit, in the same time whether or not the e-mail is known.
 * Throws too-many while guesses have to wait, refused when the account was deactivated.
 */
export async function signIn({
  email,
  password,
  address,
}: SignInTry): Promise<SignedIn | undefined> {
  const place = placeOf(address)
  const person = ['sign-in', normalEmail(email), place]
  await countTry(['sign-in', place], patienceWithPlace)
  await countTry(person, patienceWithPerson)

  const known = await findCredentials(email)
  if (!(await isPassword(password, known?.passwordHash)) || !known) return undefined

  await Promise.all([forgetTries(person), takeTryBack(['sign-in', place])])
  if (known.account.state !== 'active') throw refused('access:problem.deactivated')
  if (known.account.learnerId !== undefined) await mendRecord(known.account)
  return { ...actorFrom(known.account), sessionVersion: known.account.sessionVersion }
}
