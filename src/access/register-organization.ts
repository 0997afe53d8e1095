import { findProgram } from '../communities/program-store.js'
import { newId } from '../ids.js'
import { mailSoon } from '../messages/deliver-mail.js'
import { invalid } from '../problems.js'
import { insertOrganization } from './organization-store.js'
import { slugFor, type Organization, type SelfRegisteredKind } from './organization.js'
import { openAccount, type NewPerson } from './open-account.js'
import type { Circumstance } from './register-learner.js'
import { countTry } from './throttle-store.js'
import { patienceWithPlace, placeOf } from './throttle.js'

export interface OrganizationRegistration {
  readonly kind: SelfRegisteredKind
  readonly name: string
  readonly url?: string | undefined
  readonly city: string
  readonly communityId: string
}

/**
 * Registers an organization, which waits for a manager's approval. Its person is the one signed in (an account id), or
 * somebody new, whose account has no role before that. Answers the same for an address that has an account already: then
 * nothing is registered, and the mailbox is told to sign in first.
 */
export async function registerOrganization(
  registration: OrganizationRegistration,
  by: string | NewPerson,
  { address, now, secret }: Circumstance,
): Promise<void> {
  await countTry(['register', placeOf(address)], patienceWithPlace)
  if (!(await findProgram(registration.communityId))) {
    throw invalid([{ field: 'communityId', message: 'http:field.notAChoice' }])
  }
  const registeredBy = typeof by === 'string' ? by : await openAccount(by, { now, secret })
  if (registeredBy !== undefined) await insert(registration, registeredBy, now)
  mailSoon()
}

async function insert(
  { url, ...facts }: OrganizationRegistration,
  registeredBy: string,
  now: Date,
): Promise<void> {
  const slug = slugFor(facts.name)
  const organization: Organization = {
    ...facts,
    ...(url !== undefined && { url }),
    id: newId(),
    slug,
    state: 'pending',
    demonstration: false,
    registeredAt: now,
    registeredBy,
  }
  for (let count = 1; ; count += 1) {
    const numbered = count === 1 ? slug : `${slug}-${String(count)}`
    if (await insertOrganization({ ...organization, slug: numbered })) return
  }
}
