import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { findCenter } from '../centers/center-store.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { consentsOf } from '../learners/consent-store.js'
import { latestExpiry } from '../learners/consent.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { consentLines } from './consent-view.js'
import { consentsBehind } from './match-packets.js'
import { readReferral } from './read-referral.js'
import { longestMessage } from './referral-input.js'
import { isOpen } from './referral.js'
import { statedFields } from './stated-view.js'

/** The page on which a learner completes a draft or changes what they said; `text` is the wording they may sign there. */
export async function detailsPage(actor: Actor, id: string, words: Words, ports: Ports) {
  const now = ports.now()
  const { referral } = await readReferral(actor, id, now)
  if (actor.learnerId !== referral.learnerId) throw notAllowed('referrals:problem.learnerCompletes')
  if (!isOpen(referral.state)) throw refused('referrals:problem.settled')
  const center = await findCenter(referral.centerId)
  const isLive = consentsBehind(referral, await consentsOf(referral.learnerId), now).length > 0
  const isDraft = referral.state === 'draft'
  const { records, text } = consentLines(center?.name ?? '', words)
  return {
    title: isDraft ? 'handoff:details.titleDraft' : 'handoff:details.title',
    titleParams: { center: center?.name ?? '' },
    text,
    details: {
      isDraft,
      back: words.href(to(paths.referral, { id })),
      preparedBy: referral.askedBy.byStaff ? referral.askedBy.name : null,
      cameFrom: referral.cameFrom?.center.name ?? null,
      center: center?.name ?? '',
      records,
      message: referral.message ?? '',
      fields: statedFields(referral.stated, words),
      needsConsent: !isLive,
      today: dayOf(now),
      latestExpiry: latestExpiry(dayOf(now)),
      longestMessage,
    },
  }
}
