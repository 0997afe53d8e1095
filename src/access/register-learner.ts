import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { invalid } from '../problems.js'
import { openAccount, type Moment, type NewPerson } from './open-account.js'
import { openLearnerRecord, type Place } from './open-learner-record.js'
import { countTry } from './throttle-store.js'
import { patienceWithPlace, placeOf } from './throttle.js'

export interface Registration extends NewPerson {
  readonly communityId: string
  readonly place: Place
}

/** A moment, and the network address a request comes from. */
export interface Circumstance extends Moment {
  readonly address: string
}

/**
 * Opens a learner's account and record; the program agreement is accepted by it. Gives nothing back, and takes the same
 * time, whether or not the address has an account already: only its mailbox is told.
 */
export async function registerLearner(
  { communityId, place, ...person }: Registration,
  { address, ...moment }: Circumstance,
): Promise<void> {
  await countTry(['register', placeOf(address)], patienceWithPlace)
  const program = await findProgram(communityId)
  if (!program) throw invalid([{ field: 'communityId', message: 'http:field.notAChoice' }])

  const role = { role: 'learner', organizationId: program.boardId, communityId } as const
  const learner = { roles: [role], learnerId: newId() }
  await openAccount(person, moment, learner, (account) => openLearnerRecord(account, place))
  mailSoon()
}
