import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { invalid } from '../problems.js'
import { openAccount, type Moment, type NewPerson } from './open-account.js'
import { openLearnerRecord } from './open-learner-record.js'
import { onlyProgram } from './program-choice.js'
import { countTry } from './throttle-store.js'
import { patienceWithPlace, placeOf } from './throttle.js'

export interface Registration extends NewPerson {
  /** May be left out where there is one program. */
  readonly communityId?: string | undefined
  readonly city: string
  readonly postalCode?: string | undefined
}

/** A moment, and the network address a request comes from. */
export interface Circumstance extends Moment {
  readonly address: string
}

/**
 * Opens a learner's account and record; the program agreement is accepted by it. Throws refused without a community where
 * there are several programs. Gives nothing back, and takes the same
 * time, whether or not the address has an account already: only its mailbox is told.
 */
export async function registerLearner(
  registration: Registration,
  { address, ...moment }: Circumstance,
): Promise<void> {
  await countTry(['register', placeOf(address)], patienceWithPlace)
  const { name, email, password, language, city, postalCode } = registration
  const communityId = registration.communityId ?? (await onlyProgram())
  const program = await findProgram(communityId)
  if (!program) throw invalid([{ field: 'communityId', message: 'http:field.notAChoice' }])

  const role = { role: 'learner', organizationId: program.boardId, communityId } as const
  const learner = { roles: [role], learnerId: newId() }
  const place = { city, ...(postalCode !== undefined && { postalCode }) }
  const person = { name, email, password, language }
  await openAccount(person, moment, learner, (account) => openLearnerRecord(account, place))
  mailSoon()
}
