import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf, latestExpiry, type RecordKind } from '../learners/consent.js'
import type { Learner } from '../learners/learner.js'
import { findLearner } from '../learners/learner-store.js'
import { readStanding } from '../learners/read-standing.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { proofView } from '../readiness/proof-view.js'
import { findCenter } from '../centers/center-store.js'
import { takesReferrals } from '../centers/center.js'
import { consentsBehind } from './match-packets.js'
import { resumeText } from '../resumes/resume-view.js'
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
    resume: resumeNote(
      learner,
      live ? coverOf(consents, center?.id ?? '', dayOf(now), 'referral').records : undefined,
      words,
    ),
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

/** Whether the résumé file goes along, and what to do when not. `covers`: what a live consent covers; else one is signed. */
function resumeNote(
  { resumeFile }: Learner,
  covers: ReadonlySet<RecordKind> | undefined,
  words: Words,
) {
  const { t, href } = words
  if (!resumeFile)
    return {
      text: t('referrals:new.resumeNone'),
      link: { href: href(paths.resume), text: t('referrals:new.resumeUpload') },
    }
  const file = resumeText(resumeFile, words)
  if (!covers || covers.has('resume')) return { text: t('referrals:new.resumeKept', { file }) }
  return {
    text: t('referrals:new.resumeNotCovered', { file }),
    link: { href: href(paths.consents), text: t('referrals:new.resumeConsent') },
  }
}
