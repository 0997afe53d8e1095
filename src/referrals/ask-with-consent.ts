import type { Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, notCovered, recordsNeeded, type RecordKind } from '../learners/consent.js'
import { findLearner } from '../learners/learner-store.js'
import { giveConsent } from '../learners/give-consent.js'
import type { Signing } from '../learners/sign-consent.js'
import type { Ports } from '../ports.js'
import { invalid, refused } from '../problems.js'
import { askForReferral } from './ask-for-referral.js'
import { readAskedCenter } from './read-asked-center.js'
import type { AskForm } from './referral-input.js'
import type { Referral } from './referral.js'
import { openReferralAt } from './referral-store.js'
import type { Stated } from './stated.js'

/** What a learner signs with on a page that also does something else; the password is needed only without live consent. */
export interface ConsentGiven {
  readonly password?: string | undefined
  readonly expiresOn?: Day | undefined
}

/** What a center needs to see for a referral; the resume only when there is one. */
export const recordsFor = (stated: Stated | undefined): RecordKind[] => [
  ...recordsNeeded.referral,
  ...(stated?.resumeUrl === undefined ? [] : (['resume'] as const)),
]

async function keptResume({ learnerId = '' }: Actor): Promise<readonly RecordKind[]> {
  const learner = await findLearner(learnerId)
  const kept = learner?.resumeFile ?? learner?.resumeUrl ?? learner?.portfolioUrl
  return kept === undefined ? [] : ['resume']
}

/**
 * Signs a consent to the center with the learner's password where none is live that covers what is asked. One that is signed
 * covers the résumé too when the learner keeps one, or a portfolio.
 */
export async function ensureConsent(
  actor: Actor,
  center: string,
  records: readonly RecordKind[],
  { password, expiresOn }: ConsentGiven,
  signing: Signing,
  ports: Ports,
): Promise<void> {
  const consents = actor.learnerId === undefined ? [] : await consentsOf(actor.learnerId)
  const cover = coverOf(consents, center, dayOf(ports.now()), 'referral')
  if (notCovered(cover, records).length === 0) return
  if (!password) throw invalid([{ field: 'password', message: 'referrals:field.consentFirst' }])
  const kinds = [...new Set([...records, ...(await keptResume(actor))])]
  const asked = { purpose: 'referral', expiresOn } as const
  await giveConsent(
    { ...asked, records: kinds, parties: [center], password },
    actor,
    signing,
    ports,
  )
}

/** A learner asks on one page: signs the consent with their password where none is live, then asks. Nothing is signed in vain. */
export async function askWithConsent(
  actor: Actor,
  { center, message, stated, ...given }: AskForm,
  signing: Signing,
  ports: Ports,
): Promise<Referral> {
  await readAskedCenter(center, ports.now())
  if (await openReferralAt(actor.learnerId ?? '', center))
    throw refused('referrals:problem.openAlready')
  await ensureConsent(actor, center, recordsFor(stated), given, signing, ports)
  return askForReferral(actor, { center, message, ...(stated && { stated }) }, ports)
}
