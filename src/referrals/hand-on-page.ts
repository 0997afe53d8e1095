import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { takesReferrals } from '../centers/center.js'
import { findCenter, searchCenters } from '../centers/center-store.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { consentsOf } from '../learners/consent-store.js'
import { latestExpiry } from '../learners/consent.js'
import { findLearner } from '../learners/learner-store.js'
import type { Ports } from '../ports.js'
import { refused } from '../problems.js'
import { consentLines } from './consent-view.js'
import { consentsBehind } from './match-packets.js'
import { overdueOf } from './overdue.js'
import { readReferral } from './read-referral.js'
import { longestReason } from './referral-input.js'
import { isOpen } from './referral.js'
import { referralsOf } from './referral-store.js'

const mostOffered = 40

/**
 * The page for handing a referral on: other centers of the program that take referrals, those in the learner's city first.
 * Only the learner reads where they have agreed, and is spared centers that have a referral already: with which other
 * centers somebody has to do is nothing a center needs to know before it chooses one.
 */
export async function handOnPage(
  actor: Actor,
  id: string,
  chosen: string | undefined,
  words: Words,
  ports: Ports,
) {
  const now = ports.now()
  const { referral, sides } = await readReferral(actor, id, now)
  if (!isOpen(referral.state) || referral.state === 'draft')
    throw refused('referrals:problem.settled')
  const { t } = words
  const [learner, here, all, referrals, consents] = await Promise.all([
    findLearner(referral.learnerId),
    findCenter(referral.centerId),
    searchCenters({ communityId: referral.communityId, limit: 200 }),
    referralsOf(referral.learnerId),
    consentsOf(referral.learnerId),
  ])
  const isLearner = actor.learnerId === referral.learnerId
  const own = isLearner ? referrals : [referral]
  const taken = new Set(
    own.filter(({ state }) => isOpen(state) && state !== 'draft').map(({ centerId }) => centerId),
  )
  const city = learner?.place.city.toLowerCase() ?? ''
  const isNear = (center: { city?: string }) => (center.city?.toLowerCase() === city ? 0 : 1)
  const free = all
    .filter((center) => takesReferrals(center, dayOf(now)) && !taken.has(center.id))
    .sort((a, b) => isNear(a) - isNear(b) || a.name.localeCompare(b.name))
    .slice(0, mostOffered)
  const agreed = (centerId: string) =>
    isLearner && consentsBehind({ centerId }, consents, now).length > 0
  const overdue = overdueOf(referral, now)
  const { records } = consentLines('', words)
  const target = free.find((center) => center.id === chosen)
  return {
    title: 'handoff:handOn.title',
    text: [t('handoff:handOn.consent'), target?.name ?? '', ...records].join('\n'),
    handOn: {
      back: words.href(to(paths.referral, { id })),
      here: here?.name ?? '',
      isLearner,
      isCenter: sides.includes('center'),
      centers: free.map((center) => ({
        value: center.id,
        label: center.name,
        hint: [
          center.city ?? t('handoff:handOn.cityUnknown'),
          ...(agreed(center.id) ? [t('handoff:handOn.agreed')] : []),
        ].join(' · '),
      })),
      chosen: target?.id ?? '',
      reason: overdue ? t('handoff:handOn.reasonLate', { count: overdue.businessDays }) : '',
      records,
      today: dayOf(now),
      latestExpiry: latestExpiry(dayOf(now)),
      longestReason,
      centersHref: words.href(paths.centers),
    },
  }
}
