import { findAccountsByIds } from '../access/account-store.js'
import { checkCredentials, type SignInTry } from '../access/sign-in.js'
import { openAfterLeaving } from '../access/leaving-store.js'
import { showLearner } from '../learners/hide-store.js'
import { invalid, refused } from '../problems.js'
import { changeDeparture, findDeparture, forgetDeparture } from './departure-store.js'
import { withJoined } from './find-subject.js'
import { nameHeld } from './holding-store.js'
import { marksOf } from './holding.js'
import { holdings } from './holdings.js'

/**
 * Somebody who asked to leave comes back, with e-mail and password. What had stopped stays stopped. Throws invalid for a
 * wrong password, refused when nothing is to be undone or the seven days are over.
 */
export async function keepAccount(given: SignInTry, now: Date): Promise<void> {
  const account = await checkCredentials(given)
  if (!account) throw invalid([{ field: 'password', message: 'access:problem.wrongSignIn' }])
  const departure =
    account.learnerId === undefined ? undefined : await findDeparture(account.learnerId)
  if (!departure?.subject) throw refused('holdings:problem.notLeaving')
  const { learnerId, communityId, subject, dueAt, state } = departure
  if (state === 'cooling' && dueAt <= now) throw refused('holdings:problem.tooLate')
  if (!(await changeDeparture(learnerId, ['cooling', 'returning'], { state: 'returning' })))
    throw refused('holdings:problem.tooLate')
  const whole = await withJoined(subject)
  for (const holding of holdings) await nameHeld(holding, whole, account.name)
  await showLearner(learnerId, communityId)
  for (const one of await findAccountsByIds(marksOf({ names: 'account' }, whole)))
    await openAfterLeaving(one)
  await forgetDeparture(learnerId)
}
