import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { consentsOf } from '../learners/consent-store.js'
import { latestExpiry } from '../learners/consent.js'
import { findLearner } from '../learners/learner-store.js'
import { readStanding } from '../learners/read-standing.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { proofView } from '../readiness/proof-view.js'
import { findCenter } from '../centers/center-store.js'
import { takesReferrals } from '../centers/center.js'
import { consentsBehind } from './match-packets.js'
import { consentLines } from './consent-view.js'
import { longestMessage } from './referral-input.js'
import { draftAt, openReferralAt, referralsOf } from './referral-store.js'
import { statedFields } from './stated-view.js'

/**
 * What the page for asking shows: whom it goes to, what is shared, what is still missing, and whether a consent is live.
 * `text` is the wording a learner signs; it is kept as a hash with the consent.
 */
export async function askPage(actor: Actor, centerId: unknown, words: Words, ports: Ports) {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed('referrals:problem.learnersOnly')
  const now = ports.now()
  const { href } = words
  const center = typeof centerId === 'string' ? await findCenter(centerId) : undefined
  const { proof } = await readStanding(learner, now)
  const { lead, records, text } = consentLines(center?.name ?? '', words)
  const consents = await consentsOf(learner.id)
  const [consentId] = center ? consentsBehind({ centerId: center.id }, consents, now) : []
  const live = consents.find(({ id }) => id === consentId)
  const open =
    center &&
    ((await openReferralAt(learner.id, center.id)) ?? (await draftAt(learner.id, center.id)))
  const known = (await referralsOf(learner.id)).findLast(({ stated }) => stated)?.stated
  return {
    text,
    fields: statedFields(known, words),
    lead,
    records,
    centersHref: href(paths.centers),
    proof: proofView(proof, words),
    isReady: proof.ready,
    latestExpiry: latestExpiry(dayOf(now)),
    today: dayOf(now),
    consentUntil: live ? words.day(live.expiresOn) : null,
    openHref: open ? href(to(paths.referral, { id: open.id })) : null,
    longestMessage,
    center: center
      ? {
          id: center.id,
          name: center.name,
          href: href(to(paths.center, { id: center.id })),
          isAccepting: takesReferrals(center, dayOf(now)),
        }
      : null,
  }
}
