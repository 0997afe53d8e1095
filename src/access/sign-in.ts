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
 * The account with this e-mail and password, in whatever state; undefined when they do not fit, in the same time whether or
 * not the e-mail is known. Throws too-many while guesses have to wait.
 */
export async function checkCredentials({
  email,
  password,
  address,
}: SignInTry): Promise<Account | undefined> {
  const place = placeOf(address)
  const person = ['sign-in', normalEmail(email), place]
  await countTry(['sign-in', place], patienceWithPlace)
  await countTry(person, patienceWithPerson)

  const known = await findCredentials(email)
  if (!(await isPassword(password, known?.passwordHash)) || !known) return undefined

  await Promise.all([forgetTries(person), takeTryBack(['sign-in', place])])
  return known.account
}

/** Who signs in so. Throws like checkCredentials, and refused when the account was deactivated or is being deleted. */
export async function signIn(given: SignInTry): Promise<SignedIn | undefined> {
  const account = await checkCredentials(given)
  if (!account) return undefined
  if (account.leavingAt) throw refused('access:problem.leaving')
  if (account.state !== 'active') throw refused('access:problem.deactivated')
  if (account.learnerId !== undefined) await mendRecord(account)
  return { ...actorFrom(account), sessionVersion: account.sessionVersion }
}
