import type { Actor } from '../access/actor.js'
import { awardsOf } from '../badges/award-store.js'
import type { Award } from '../badges/badge.js'
import { dayOf, type Day } from '../calendar.js'
import { readCredits } from '../credits/read-credits.js'
import type { RecordCredit } from '../credits/record-credit.js'
import { pairingsOf } from '../mentoring/pairing-store.js'
import { isLive, type Pairing } from '../mentoring/pairing.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { badgeNames } from './badge-names.js'
import { disclosuresOf } from './disclosure-store.js'
import type { Disclosure } from './disclosure.js'
import { findLearner } from './learner-store.js'
import type { Learner } from './learner.js'
import { namedReferrals } from './read-record.js'
import type { NamedAward, NamedReferral } from './record.js'

/** What a learner's start page shows. Progress and readiness come from the summary, which every change refreshes. */
export interface LearnerHome {
  readonly learner: Learner
  readonly awards: readonly NamedAward[]
  readonly credits: readonly RecordCredit[]
  readonly mentors: readonly Pairing[]
  readonly referrals: readonly NamedReferral[]
  readonly looks: readonly Disclosure[]
  readonly today: Day
}

/** Everything for the learner's start page: seven indexed queries, five of them at once and then two. */
export async function readHome(actor: Actor, ports: Pick<Ports, 'now'>): Promise<LearnerHome> {
  const { learnerId = '' } = actor
  const [learner, awards, mentors, referrals, looks] = await Promise.all([
    findLearner(learnerId),
    awardsOf(learnerId),
    pairingsOf(learnerId),
    namedReferrals(learnerId),
    disclosuresOf(learnerId, 3),
  ])
  if (!learner) throw notAllowed('learners:problem.noLearner')
  const now = ports.now()
  const worth = await worthOf(learner, awards, now)
  return { learner, ...worth, mentors: mentors.filter(isLive), referrals, looks, today: dayOf(now) }
}

/** Awards by name, and what they are worth; without awards there is nothing more to ask. */
async function worthOf(learner: Learner, awards: readonly Award[], now: Date) {
  if (awards.length === 0) return { awards: [], credits: [] }
  const [names, { lines }] = await Promise.all([
    badgeNames(awards, now),
    readCredits(learner, awards, dayOf(now)),
  ])
  const named = awards.map((award): NamedAward => {
    const { name, kind } = names.get(award.badge) ?? { name: award.badge, kind: 'other' }
    return { ...award, name, kind }
  })
  return { awards: named, credits: lines }
}
