import { awardsOfMany } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { agreementsNaming } from '../agreements/agreement-store.js'
import { insertClaims } from '../claims/claim-store.js'
import { creditsFor, type CreditMatch } from '../credits/credit.js'
import { translator } from '../http/language.js'
import { insertConsents } from '../learners/consent-store.js'
import { findLearnerPage } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { demoClaim } from './demo-claim.js'
import { demoPeople } from './demo-people.js'
import type { DemoSetting } from './demo-plan.js'
import { demoSeats } from './make-demo-people.js'
import { randomOf } from './random.js'
import { organizationIdOf } from './reference-records.js'

/** A few dozen: enough for a queue that is worked off, as at a college in its first term. */
const claimsMade = 48
const seatedEmails = new Set(demoSeats.map(({ learner }) => learner.email))
const office = demoPeople.find(({ role }) => role === 'college')

/** Two of three claim at the college whose registrar can sign in, where they match there. */
function chosen(learner: Learner, matches: readonly CreditMatch[]): CreditMatch | undefined {
  const random = randomOf(`claims ${learner.id}`)
  const free = matches.filter(({ insteadOf }) => insteadOf === undefined)
  const home = organizationIdOf(office?.organization ?? '')
  const there = free.filter(({ agreement }) => agreement.collegeId === home)
  const from = there.length > 0 && random.chance(0.67) ? there : free
  return from.length > 0 ? random.pick(from) : undefined
}

/** Adds invented claims of people who cannot sign in, each with the consent it rests on. */
export async function addDemoClaims(setting: DemoSetting): Promise<void> {
  const { communityId, today, idOf } = setting
  const ready = await findLearnerPage({ communityId, ready: true }, 400)
  const others = await findLearnerPage({ communityId, ready: false }, 400)
  const learners = [...ready, ...others].filter(
    ({ email, summary }) => !seatedEmails.has(email ?? '') && summary.awards > 2,
  )
  const awards = await awardsOfMany(learners.map(({ id }) => id))
  const badges = await findBadges()
  const agreements = await agreementsNaming(
    communityId,
    badges.map(({ slug }) => slug),
  )
  const given = {
    today,
    idOf,
    names: new Map(badges.map(({ slug, name }) => [slug, name])),
    consentText: translator('en')('learners:consent.text'),
    registrar: (collegeId: string) =>
      office && collegeId === organizationIdOf(office.organization ?? '')
        ? { id: idOf('account', office.email), name: office.name }
        : { id: collegeId, name: 'Registrar' },
  }
  const made = learners
    .flatMap((learner) => {
      const matches = creditsFor(awards.get(learner.id) ?? [], agreements, today)
      const match = chosen(learner, matches)
      return match ? [demoClaim(learner, match, given)] : []
    })
    .sort((a, b) => a.claim.id.localeCompare(b.claim.id))
    .slice(0, claimsMade)
  await insertConsents(made.map(({ consent }) => consent))
  await insertClaims(made.map(({ claim }) => claim))
}
