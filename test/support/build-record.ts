import { saveOrganization } from '../../src/access/organization-store.js'
import { insertAwards } from '../../src/badges/award-store.js'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import type { Award } from '../../src/badges/badge.js'
import { insertAgreements } from '../../src/agreements/agreement-store.js'
import type { Agreement } from '../../src/agreements/agreement.js'
import { insertConsents } from '../../src/learners/consent-store.js'
import type { Consent } from '../../src/learners/consent.js'
import { enrol, saveIdentity } from '../../src/learners/learner-store.js'
import { refreshSummaries } from '../../src/learners/refresh-summaries.js'
import { recordFacts } from '../../src/providers/evidence-store.js'
import type { EvidenceLevel } from '../../src/providers/evidence.js'
import { insertRuleSet } from '../../src/readiness/rule-store.js'
import type { Rule } from '../../src/readiness/rules.js'
import { saveTrackVersion } from '../../src/tracks/track-store.js'
import { anAccount, anOrganization, community, keep, keepProgram } from './build-access.js'
import { aBadge, aStep, aTrack, anAward, anEvidence } from './build-learning.js'

export const now = new Date('2015-03-09T19:00:00Z')

/** Everybody around one learner's record, by first name. */
export const people = {
  ada: anAccount('Ada Lovelace', 'learner', 'board', { learnerId: 'learner-ada' }),
  bob: anAccount('Bob Example', 'learner', 'board', { learnerId: 'learner-bob' }),
  cora: anAccount('Cora Registrar', 'college', 'pcc'),
  paul: anAccount('Paul Registrar', 'college', 'psu'),
  sam: anAccount('Sam Staff', 'staff', 'center'),
  mia: anAccount('Mia Mentor', 'mentor'),
  eve: anAccount('Eve Faraway', 'staff', 'far-center', {
    roles: [{ role: 'staff', organizationId: 'far-center', communityId: 'elsewhere' }],
  }),
  max: anAccount('Max Manager', 'manager'),
}
export const adaId = 'learner-ada'

export const courses = ['html', 'css', 'js', 'git', 'php'] as const

/** One finished track on the provider's own word, five course badges, a way to reach you. */
export const firstRules: readonly Rule[] = [
  { id: 'finished-track', kind: 'track-finished' },
  { id: 'confirmed-track', kind: 'evidence-level', lowestLevel: 'provider-confirmed' },
  { id: 'course-badges', kind: 'course-badges', count: 5, lowestLevel: 'provider-confirmed' },
  { id: 'contact', kind: 'contact' },
  { id: 'program-agreement', kind: 'agreement' },
]

/** An agreement of PCC on the html and css badges, in force, unless told otherwise. */
export const anAgreement = (change: Partial<Agreement> = {}): Agreement => ({
  id: `${change.series ?? 'cis-122'}-v${change.version ?? 1}`,
  series: 'cis-122',
  version: 1,
  communityId: community,
  collegeId: 'pcc',
  collegeName: 'The pcc',
  course: 'CIS 122',
  courseTitle: 'Programming Logic',
  credits: 4,
  unit: 'quarter',
  badges: { of: ['html', 'css'] },
  lowestLevel: 'provider-confirmed',
  mayShareBadges: false,
  fills: 'elective',
  from: '2014-01-01',
  demonstration: true,
  ...change,
})

/** A live consent of Ada's to PCC for credit, unless told otherwise. */
export const aConsent = (change: Partial<Consent> = {}): Consent => ({
  id: 'consent-pcc',
  learnerId: adaId,
  communityId: community,
  parties: ['pcc'],
  purpose: 'credit',
  records: ['badges', 'credential'],
  version: '2026-11',
  language: 'en',
  textHash: 'x',
  authMethod: 'password',
  signedAt: new Date('2015-03-01T18:00:00Z'),
  expiresOn: '2015-06-01',
  ...change,
})

export const keepConsent = (change: Partial<Consent> = {}) => insertConsents([aConsent(change)])

/** A program with colleges, centers, one track of five courses with a badge each, first rules, and the people. */
export async function keepWorld(): Promise<void> {
  await keepProgram()
  for (const [id, kind] of [
    ['pcc', 'college'],
    ['psu', 'college'],
    ['center', 'center'],
    ['other-center', 'center'],
    ['employer', 'employer'],
  ] as const)
    await saveOrganization(anOrganization(id, { kind }))
  await saveOrganization(anOrganization('far-center', { kind: 'center', communityId: 'elsewhere' }))
  await saveTrackVersion(aTrack(courses.map((id) => aStep(id, { title: `Course ${id}` }))))
  for (const slug of courses)
    await saveBadgeVersion(
      aBadge(slug, { kind: 'completion', provider: 'treehouse', course: slug }),
    )
  await insertRuleSet({
    id: 'rules-1',
    communityId: community,
    version: 1,
    from: '2015-01-01',
    rules: firstRules,
    publishedBy: 'max.manager',
    publishedAt: now,
  })
  await insertAgreements([anAgreement()])
  await keep(...Object.values(people))
  await saveIdentity(adaId, { email: people.ada.email })
  await enrol([
    { learnerId: adaId, enrollment: { track: 'web', version: 'v1', startedOn: '2015-01-06' } },
  ])
}

/** Ada has finished these courses at this level, and holds their badges. */
export async function adaFinished(
  done: readonly string[],
  level: EvidenceLevel = 'provider-confirmed',
): Promise<void> {
  const origin = level === 'self-reported' ? 'treehouse-profile' : 'roster'
  await recordFacts(
    done.map((item) =>
      anEvidence(adaId, item, {
        communityId: community,
        kind: 'completion',
        level,
        source: origin,
        earnedOn: '2015-02-01',
        title: `Course ${item}`,
      }),
    ),
  )
  await insertAwards(
    done.map((badge): Award =>
      anAward(badge, {
        learnerId: adaId,
        communityId: community,
        evidenceLevel: level,
        awardedOn: '2015-02-01',
      }),
    ),
  )
  await refreshSummaries([adaId], now)
}
