import type { Actor } from '../access/actor.js'
import { findOrganization, organizationsRead } from '../access/organization-store.js'
import type { Appointment } from '../appointments/appointment.js'
import { pressingRead } from '../appointments/line-store.js'
import type { Offer } from '../appointments/waiting.js'
import { awardsRead } from '../badges/award-store.js'
import type { Award, Badge } from '../badges/badge.js'
import { dayOf, type Day } from '../calendar.js'
import { agreementReads, agreementsWithin, mostAtOnce } from '../agreements/agreement-store.js'
import type { Agreement } from '../agreements/agreement.js'
import { claimsRead } from '../claims/claim-store.js'
import { creditsWith } from '../credits/read-credits.js'
import type { RecordCredit } from '../credits/record-credit.js'
import { livePairingsRead } from '../mentoring/pairing-store.js'
import type { Pairing } from '../mentoring/pairing.js'
import type { Ports } from '../ports.js'
import { notAllowed } from '../problems.js'
import { badgeNames } from './badge-names.js'
import { newestDisclosuresRead } from './disclosure-store.js'
import type { Disclosure } from './disclosure.js'
import { findLearnerWith } from './joint-store.js'
import type { Learner } from './learner.js'
import { referralsRead } from '../referrals/referral-store.js'
import { withCenterNames } from './read-record.js'
import type { NamedAward, NamedReferral } from './record.js'

/** What a learner's start page shows. Progress and readiness come from the summary, which every change refreshes. */
export interface LearnerHome {
  readonly learner: Learner
  readonly awards: readonly NamedAward[]
  readonly credits: readonly RecordCredit[]
  readonly mentors: readonly Pairing[]
  readonly referrals: readonly NamedReferral[]
  readonly looks: readonly Disclosure[]
  /** The place from a waiting line that is to be answered soonest. */
  readonly offer?: Offer & { readonly centerName: string }
  /** Appointments that a center cancelled or changed, and the learner has not seen. */
  readonly unseen: readonly (Appointment & { readonly centerName: string })[]
  readonly today: Day
}

/**
 * Everything for the learner's start page, in one round trip while few agreements name the learner's badges, no place is
 * offered to them and no appointment was cancelled or changed; names of badges come from what is kept of them.
 */
export async function readHome(actor: Actor, ports: Pick<Ports, 'now'>): Promise<LearnerHome> {
  const { learnerId = '' } = actor
  const now = ports.now()
  const own = await findLearnerWith(learnerId, {
    awards: awardsRead(learnerId),
    ...agreementReads,
    claims: claimsRead(learnerId),
    mentors: livePairingsRead(learnerId),
    referrals: referralsRead(learnerId),
    centers: organizationsRead('referrals.centerId'),
    looks: newestDisclosuresRead(learnerId, 3),
    pressing: pressingRead(learnerId, now),
  })
  if (!own) throw notAllowed('learners:problem.noLearner')
  const { learner, awards, mentors, looks } = own
  const today = dayOf(now)
  const agreements = await agreementsFor(own)
  const [offer] = own.pressing.offers
  return {
    learner,
    awards: named(awards, await badgeNames(awards, now)),
    credits: creditsWith(own.claims, awards, agreements, today).lines,
    mentors,
    referrals: withCenterNames(own.referrals, own.centers),
    looks,
    ...(offer && { offer: await withCenter(offer) }),
    unseen: await Promise.all(own.pressing.unseen.map(withCenter)),
    today,
  }
}

async function withCenter<T extends Appointment>(one: T) {
  const center = await findOrganization(one.slot.centerId)
  return { ...one, centerName: center?.name ?? '' }
}

interface Brought {
  readonly learner: Learner
  readonly awards: readonly Award[]
  readonly naming: readonly Agreement[]
  readonly inheriting: readonly Agreement[]
}

/** Every version that counts for these awards: what was brought along, or more than that asked for by what they could meet. */
function agreementsFor({ learner, awards, naming, inheriting }: Brought): Promise<Agreement[]> {
  const isAll = naming.length < mostAtOnce && inheriting.length < mostAtOnce
  if (!isAll)
    return agreementsWithin(
      learner.communityId,
      awards.map(({ badge }) => badge),
    )
  const byId = new Map([...naming, ...inheriting].map((one) => [one.id, one]))
  return Promise.resolve([...byId.values()])
}

const named = (
  awards: readonly Award[],
  names: ReadonlyMap<string, Pick<Badge, 'name' | 'kind'>>,
) =>
  awards.map((award): NamedAward => {
    const { name, kind } = names.get(award.badge) ?? { name: award.badge, kind: 'other' }
    return { ...award, name, kind }
  })
