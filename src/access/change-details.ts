import { withNewName } from '../caseload/name-cases.js'
import { saveIdentity } from '../learners/learner-store.js'
import { saveDetails } from './account-change-store.js'
import type { Actor } from './actor.js'

export interface Details {
  readonly name: string
  readonly language: 'en' | 'es'
}

/** Changes one's own name and the language of pages and mails; a learner's record follows. */
export async function changeDetails(actor: Actor, details: Details): Promise<void> {
  await saveDetails(actor.accountId, details)
  const { learnerId } = actor
  if (learnerId !== undefined) await withNewName(learnerId, () => saveIdentity(learnerId, details))
}
