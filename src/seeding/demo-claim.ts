import { addDays, type Day } from '../calendar.js'
import { creditsGiven, releasedHolds, type Claim, type ClaimDecision } from '../claims/claim.js'
import type { CreditMatch } from '../credits/credit.js'
import { filedClaim } from '../claims/filed-claim.js'
import {
  consentVersion,
  hashOfText,
  latestExpiry,
  recordsNeeded,
  type Consent,
} from '../learners/consent.js'
import type { Learner } from '../learners/learner.js'
import { randomOf, type Random } from './random.js'

/** How invented claims went; what is left of 1 still waits for the college. */
const endings: readonly { readonly weight: number; readonly decision: ClaimDecision }[] = [
  { weight: 0.3, decision: { decision: 'grant' } },
  { weight: 0.06, decision: { decision: 'part', reason: 'One of the projects is not covered.' } },
  { weight: 0.07, decision: { decision: 'refuse', reason: 'Credit for this course was given.' } },
  { weight: 0.1, decision: { decision: 'more', reason: 'Please add a link to your project.' } },
]

const states = { grant: 'granted', part: 'part', refuse: 'refused', more: 'more' } as const

export interface DemoClaimSetting {
  readonly today: Day
  readonly names: ReadonlyMap<string, string>
  readonly consentText: string
  readonly idOf: (kind: string, name: string) => string
  /** Who decides at a college. */
  readonly registrar: (collegeId: string) => { readonly id: string; readonly name: string }
}

const at = (day: Day) => new Date(`${day}T19:15:00Z`)

function endingFor(random: Random): ClaimDecision | undefined {
  let draw = random.next()
  for (const { weight, decision } of endings) {
    draw -= weight
    if (draw < 0) return decision
  }
  return undefined
}

/** One invented claim with the consent it rests on; the same for the same learner, match and setting. */
export function demoClaim(
  learner: Learner,
  match: CreditMatch,
  setting: DemoClaimSetting,
): { claim: Claim; consent: Consent } {
  const random = randomOf(`claim ${learner.id}`)
  const filedOn = addDays(setting.today, -random.whole(0, 18))
  const consent: Consent = {
    id: setting.idOf('consent', `credit ${learner.id}`),
    learnerId: learner.id,
    communityId: learner.communityId,
    parties: [match.agreement.collegeId],
    purpose: 'credit',
    records: recordsNeeded.credit,
    version: consentVersion,
    language: learner.language,
    textHash: hashOfText(setting.consentText),
    authMethod: 'password',
    signedAt: at(filedOn),
    expiresOn: latestExpiry(filedOn),
  }
  const filed = filedClaim(learner, match, {
    id: setting.idOf('claim', learner.id),
    at: at(filedOn),
    by: learner.accountId ?? learner.id,
    byName: learner.name,
    consentIds: [consent.id],
    names: setting.names,
  })
  const decision = endingFor(random)
  const decidedOn = addDays(filedOn, random.whole(1, 6))
  const isDecided = decision !== undefined && decidedOn <= setting.today
  return { claim: isDecided ? decided(filed, decision, decidedOn, setting) : filed, consent }
}

function decided(
  claim: Claim,
  given: ClaimDecision,
  on: Day,
  { registrar }: DemoClaimSetting,
): Claim {
  const half = Math.max(1, Math.floor(claim.agreement.credits / 2))
  const decision = given.decision === 'part' ? { ...given, credits: half } : given
  const credits = creditsGiven(claim, decision)
  const { id: by, name: byName } = registrar(claim.collegeId)
  return {
    ...claim,
    state: states[decision.decision],
    revision: 1,
    changedAt: at(on),
    ...(credits !== undefined && { granted: credits }),
    ...(decision.decision === 'refuse' && { holds: releasedHolds(claim.id) }),
    events: [
      ...claim.events,
      {
        at: at(on),
        by,
        byName,
        kind: decision.decision,
        ...(credits !== undefined && { credits }),
        ...(decision.reason !== undefined && { reason: decision.reason }),
      },
    ],
  }
}
