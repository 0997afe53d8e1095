import { readFileSync } from 'node:fs'
import type { Express } from 'express'
import { saveOrganization } from '../../src/access/organization-store.js'
import { saveBadgeVersion } from '../../src/badges/badge-store.js'
import { enrol, insertLearners, saveIdentity } from '../../src/learners/learner-store.js'
import { saveTrackVersion } from '../../src/tracks/track-store.js'
import {
  anAccount,
  anOrganization,
  community,
  credentials,
  keep,
  keepProgram,
} from './build-access.js'
import { aBadge, aStep, aTrack } from './build-learning.js'
import { signIn } from './person.js'

/** A saved real profile (data of 2014 to 2016 with the names replaced). */
export const realProfile = (n: 1 | 2 | 4 | 5): Record<string, unknown> =>
  JSON.parse(
    readFileSync(new URL(`../providers/fixtures/real-${n}.json`, import.meta.url), 'utf8'),
  ) as Record<string, unknown>

/** A program with Treehouse as its provider, one track of two courses, a badge a course and a first badge. */
export async function keepCourses(): Promise<void> {
  await keepProgram()
  await saveOrganization(anOrganization('treehouse', { kind: 'provider', name: 'Treehouse' }))
  await saveOrganization(anOrganization('other-school', { kind: 'provider' }))
  await saveTrackVersion(
    aTrack([aStep('css-basics', { title: 'CSS Basics' }), aStep('html', { title: 'HTML' })]),
  )
  await saveBadgeVersion(
    aBadge('first-badge', { kind: 'any-provider-badge', provider: 'treehouse', except: ['49'] }),
  )
  for (const course of ['css-basics', 'html']) {
    await saveBadgeVersion(aBadge(course, { kind: 'completion', provider: 'treehouse', course }))
  }
}

/** A learner on the track with a confirmed address, signed in. */
export async function aLearnerAt(app: Express, name: string) {
  const [account] = await keep(anAccount(name, 'learner'))
  const { learnerId = '', email } = account
  await saveIdentity(learnerId, { email })
  const enrollment = { track: 'web', version: 'v1', startedOn: '2015-01-06' }
  await enrol([{ learnerId, enrollment }])
  return { ...(await signIn(app, credentials(account))), learnerId, email }
}

/** Somebody of a provider's staff, signed in. */
export async function providerStaffAt(app: Express, name: string, organizationId = 'treehouse') {
  const [account] = await keep(anAccount(name, 'provider', organizationId))
  const person = await signIn(app, credentials(account))
  return { ...person, accountId: account.id }
}

/** Learners without an account, `l0@example.org` and so on, for rosters. */
export async function keepLearners(count: number): Promise<void> {
  await insertLearners(
    Array.from({ length: count }, (_, at) => ({
      id: `learner-${String(at).padStart(6, '0')}`,
      communityId: community,
      name: `Learner ${at}`,
      email: `l${at}@example.org`,
      place: { city: 'Portland' },
      language: 'en' as const,
      enrollments: [],
      profiles: [],
      joinedOn: '2015-01-06',
      demonstration: false,
    })),
  )
}
