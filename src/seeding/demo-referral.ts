import { addDays, type Day } from '../calendar.js'
import { consentVersion, hashOfText, latestExpiry, type Consent } from '../learners/consent.js'
import type { Learner } from '../learners/learner.js'
import type { Proof } from '../readiness/proof.js'
import type { Referral, ReferralEvent, ReferralState, Substate } from '../referrals/referral.js'
import { randomOf, type Random } from './random.js'

interface Ending {
  readonly states: readonly ReferralState[]
  readonly substate?: Substate
  readonly reason?: string
  readonly weight: number
}

/** How invented referrals went, in the proportions of a busy center. */
const endings: readonly Ending[] = [
  { states: ['requested'], weight: 0.16 },
  { states: ['requested', 'accepted'], substate: 'contacted', weight: 0.18 },
  { states: ['requested', 'accepted', 'in-progress'], substate: 'appointment_set', weight: 0.26 },
  { states: ['requested', 'accepted', 'in-progress'], substate: 'enrolled_WP', weight: 0.14 },
  { states: ['requested', 'accepted', 'in-progress', 'on-hold'], weight: 0.05 },
  {
    states: ['requested', 'accepted', 'in-progress', 'completed'],
    substate: 'placed',
    weight: 0.12,
  },
  {
    states: ['requested', 'rejected'],
    reason: 'Lives closer to another center; please ask there.',
    weight: 0.05,
  },
  {
    states: ['requested', 'cancelled'],
    reason: 'Wants to finish the track first.',
    weight: 0.04,
  },
]

function endingFor(random: Random): Ending {
  let draw = random.next()
  for (const ending of endings) {
    draw -= ending.weight
    if (draw < 0) return ending
  }
  return endings[0] as Ending
}

const at = (day: Day) => new Date(`${day}T18:30:00Z`)

export interface DemoReferralSetting {
  readonly today: Day
  readonly centerIds: readonly string[]
  readonly consentText: string
  readonly idOf: (kind: string, name: string) => string
}

/** One invented referral with the consent it rests on; the same for the same learner and setting. */
export function demoReferral(
  learner: Learner,
  proof: Proof,
  setting: DemoReferralSetting,
): { referral: Referral; consent: Consent } {
  const random = randomOf(`referral ${learner.id}`)
  const centerId = random.pick(setting.centerIds)
  const ending = endingFor(random)
  const askedOn = addDays(setting.today, -random.whole(1, 40))
  const consent: Consent = {
    id: setting.idOf('consent', learner.id),
    learnerId: learner.id,
    communityId: learner.communityId,
    parties: [centerId],
    purpose: 'referral',
    records: ['progress', 'badges', 'credential', 'contact'],
    version: consentVersion,
    language: learner.language,
    textHash: hashOfText(setting.consentText),
    authMethod: 'password',
    signedAt: at(askedOn),
    expiresOn: latestExpiry(askedOn),
  }
  const timeline = eventsOf(learner, ending, askedOn, setting, random)
  const last = timeline.at(-1) as ReferralEvent
  const referral: Referral = {
    id: setting.idOf('referral', learner.id),
    communityId: learner.communityId,
    learnerId: learner.id,
    centerId,
    state: last.state,
    ...(ending.substate !== undefined && { substate: ending.substate }),
    since: last.at,
    askedAt: at(askedOn),
    askedBy: { accountId: learner.accountId ?? learner.id, name: learner.name, byStaff: false },
    proof,
    consentId: consent.id,
    packet: 'open',
    timeline,
    demonstration: true,
  }
  return { referral, consent }
}

function eventsOf(
  learner: Learner,
  ending: Ending,
  askedOn: Day,
  setting: DemoReferralSetting,
  random: Random,
): ReferralEvent[] {
  let day = askedOn
  return ending.states.map((state, index): ReferralEvent => {
    const isLast = index === ending.states.length - 1
    if (index > 0) day = addDays(day, random.whole(0, 5))
    if (day > setting.today) day = setting.today
    const bySender = state === 'requested' || state === 'cancelled'
    return {
      id: setting.idOf('referral-event', `${learner.id} ${index}`),
      at: new Date(at(day).getTime() + index * 60_000),
      side: bySender ? 'sender' : 'center',
      by: bySender ? learner.name : 'Stan Whitaker',
      kind: 'state',
      state,
      ...(isLast && ending.substate !== undefined && { substate: ending.substate }),
      ...(isLast && ending.reason !== undefined && { reason: ending.reason }),
    }
  })
}
