import { dayOf } from '../calendar.js'
import { findProgram } from '../communities/program-store.js'
import { programAgreementVersion } from '../communities/program.js'
import { insertLearners } from '../learners/learner-store.js'
import type { Account } from './account.js'

export interface Place {
  readonly city: string
  readonly postalCode?: string
}

type Opener = Omit<Account, 'sessionVersion' | 'rolesVersion' | 'state'>

/**
 * Opens the learner record of an account; once, however often it is called. The address is left out until it is
 * confirmed: it is where a school's list finds the learner. Does nothing for an account that is no learner's.
 */
export async function openLearnerRecord(account: Opener, place: Place): Promise<void> {
  const role = account.roles.find((at) => at.role === 'learner')
  if (account.learnerId === undefined || !role) return
  const program = await findProgram(role.communityId)
  const joinedOn = dayOf(account.joinedAt, program?.zone)
  await insertLearners([
    {
      id: account.learnerId,
      communityId: role.communityId,
      accountId: account.id,
      name: account.name,
      place,
      language: account.language,
      enrollments: [],
      profiles: [],
      joinedOn,
      programAgreement: { version: programAgreementVersion, acceptedOn: joinedOn },
      demonstration: account.demonstration,
    },
  ])
}
