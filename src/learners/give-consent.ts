import type { Actor } from '../access/actor.js'
import type { Organization, OrganizationKind } from '../access/organization.js'
import { findOrganizationsByIds } from '../access/organization-store.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed, type FieldError } from '../problems.js'
import { insertSigned } from './consent-store.js'
import { latestExpiry, type Consent, type Purpose, type RecordKind } from './consent.js'
import { findLearner } from './learner-store.js'
import { signConsent, type Signing } from './sign-consent.js'
import { tellParties } from './tell-parties.js'

export interface ConsentAsked {
  readonly parties: readonly string[]
  readonly purpose: Purpose
  readonly records: readonly RecordKind[]
  readonly expiresOn?: Day | undefined
  readonly password: string
}

/** The kinds of organization that each purpose may name. */
export const partyKinds: Readonly<Record<Purpose, readonly OrganizationKind[]>> = {
  referral: ['center'],
  credit: ['college'],
  employment: ['employer', 'center', 'board'],
}

/**
 * Signs a consent with the password, once more, and opens what waited for it. Throws invalid for parties that are unknown
 * or of the wrong kind, for an end in the past or over twelve months away, and for a wrong password.
 */
export async function giveConsent(
  asked: ConsentAsked,
  actor: Actor,
  signing: Signing,
  ports: Ports,
): Promise<Consent> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed()
  const now = ports.now()
  const today = dayOf(now)
  const expiresOn = asked.expiresOn ?? latestExpiry(today)
  const organizations = await findOrganizationsByIds(asked.parties)
  const errors = [...partyErrors(asked, organizations), ...expiryErrors(expiresOn, today)]
  if (errors.length > 0) throw invalid(errors)
  const signature = await signConsent(asked.password, actor, signing, now)

  const consent: Consent = {
    id: newId(),
    learnerId: learner.id,
    communityId: learner.communityId,
    parties: [...new Set(asked.parties)],
    purpose: asked.purpose,
    records: [...new Set(asked.records)],
    ...signature,
    signedAt: now,
    expiresOn,
  }
  await insertSigned(consent)
  await tellParties(consent, { by: actor.name, isByDate: false }, ports)
  return consent
}

const partyErrors = (asked: ConsentAsked, known: readonly Organization[]): FieldError[] =>
  asked.parties.flatMap((id, index) => {
    const organization = known.find((one) => one.id === id)
    const field = `parties[${index}]`
    if (organization?.state !== 'approved')
      return [{ field, message: 'learners:error.unknownParty' }]
    return partyKinds[asked.purpose].includes(organization.kind)
      ? []
      : [{ field, message: `learners:error.wrongParty.${asked.purpose}` }]
  })

/** What is wrong with the last day of a consent signed today: it must not be past, nor over twelve months away. */
export function expiryErrors(expiresOn: Day, today: Day): FieldError[] {
  if (expiresOn < today) return [{ field: 'expiresOn', message: 'learners:error.expiryPast' }]
  const latest = latestExpiry(today)
  return expiresOn > latest
    ? [{ field: 'expiresOn', message: 'learners:error.expiryLate', params: { latest } }]
    : []
}
