import { insertAccounts } from '../access/account-store.js'
import type { NewAccount } from '../access/account.js'
import { hashPassword } from '../access/hash-password.js'
import { addDays } from '../calendar.js'
import { seedId } from '../ids.js'
import { findLearnerPage, findLearnersByEmails } from '../learners/learner-store.js'
import type { Learner, NewLearner } from '../learners/learner.js'
import type { Meeting } from '../mentoring/meeting.js'
import { insertMeetings } from '../mentoring/meeting-store.js'
import { insertPairings } from '../mentoring/pairing-store.js'
import { usualAllowances, usualCapacity, type Pairing } from '../mentoring/pairing.js'
import type { Ports } from '../ports.js'
import { firstNames, lastNames } from './demo-names.js'
import { demoPassword, demoPeople, type DemoPerson } from './demo-people.js'
import type { DemoSetting, Reach } from './demo-plan.js'
import { randomOf } from './random.js'
import { organizationIdOf } from './reference-records.js'
import type { Reference } from './reference.js'

interface Seat {
  readonly learner: Partial<NewLearner> & { readonly accountId: string; readonly email: string }
  readonly wanted: { readonly reach: Reach; readonly confirmed: boolean; readonly track: string }
}

const accountIdOf = (email: string) => seedId('account', email)

const seatFor = (email: string, wanted: Seat['wanted']): Seat => ({
  learner: {
    accountId: accountIdOf(email),
    email,
    name: demoPeople.find((person) => person.email === email)?.name ?? email,
    language: 'en',
    place: { city: 'Portland', postalCode: '97206' },
  },
  wanted,
})

/** The learners who can sign in, and how far each got by the provider's word: half-way, and finished. */
export const demoSeats: readonly Seat[] = [
  seatFor('learner@example.org', {
    reach: 'most',
    confirmed: true,
    track: 'front-end-web-development',
  }),
  seatFor('ready@example.org', {
    reach: 'finished',
    confirmed: true,
    track: 'full-stack-javascript',
  }),
]

/** Mentors besides mentor@, so that staff see a real load; they cannot sign in. */
const otherMentors = Array.from({ length: 24 }, (_, index) => {
  const random = randomOf(`mentor ${index}`)
  const name = `${random.pick(firstNames)} ${random.pick(lastNames)}`
  return { email: `mentor.${index}@mentor.example`, name, role: 'mentor' } as const
})

function accountFor(
  person: DemoPerson,
  reference: Reference,
  learnerId: string | undefined,
  passwordHash: string | undefined,
  now: Date,
): NewAccount {
  const { program } = reference
  const organizationId = organizationIdOf(person.organization ?? program.board)
  return {
    id: accountIdOf(person.email),
    email: person.email,
    emailConfirmedAt: now,
    name: person.name,
    language: 'en',
    roles: [{ role: person.role, organizationId, communityId: program.community }],
    ...(learnerId !== undefined && { learnerId }),
    ...(passwordHash !== undefined && { passwordHash }),
    demonstration: true,
    joinedAt: now,
  }
}

const pairingOf = (
  learner: Learner,
  mentor: Pick<DemoPerson, 'email' | 'name'>,
  seat: number,
  setting: DemoSetting,
): Pairing => {
  const startedOn = addDays(setting.today, -30 - seat)
  return {
    id: seedId('pairing', learner.id),
    communityId: setting.communityId,
    learnerId: learner.id,
    mentorAccountId: accountIdOf(mentor.email),
    mentorName: mentor.name,
    startedOn: startedOn < learner.joinedOn ? learner.joinedOn : startedOn,
    startedBy: 'Stan Whitaker',
    seat,
    allows: usualAllowances,
    ...(seat % 3 !== 0 && { lastMeetingOn: addDays(setting.today, -3 * seat) }),
    demonstration: true,
  }
}

const topics = ['next-step', 'stuck', 'practice', 'job-search'] as const

const meetingOf = (pairing: Pairing, on: string): Meeting => ({
  id: seedId('meeting', pairing.id),
  pairingId: pairing.id,
  communityId: pairing.communityId,
  learnerId: pairing.learnerId,
  mentorAccountId: pairing.mentorAccountId,
  mentorName: pairing.mentorName,
  on,
  minutes: 30,
  topic: topics[pairing.seat % topics.length] ?? 'other',
  readers: ['learner', 'staff'],
  loggedAt: new Date(`${on}T20:00:00Z`),
  demonstration: true,
})

async function addPairings(setting: DemoSetting, learners: readonly Learner[]): Promise<void> {
  const mentors = [{ email: 'mentor@example.org', name: 'Mona Achebe' }, ...otherMentors]
  const pairings = learners.flatMap((learner, index) => {
    const mentor = mentors[index % mentors.length]
    const seat = Math.floor(index / mentors.length) + 1
    return mentor && seat < usualCapacity ? [pairingOf(learner, mentor, seat, setting)] : []
  })
  await insertPairings(pairings)
  await insertMeetings(
    pairings.flatMap((pairing) =>
      pairing.lastMeetingOn === undefined ? [] : [meetingOf(pairing, pairing.lastMeetingOn)],
    ),
  )
}

/**
 * Adds the people who can sign in, other mentors, and pairings of mentors with active learners, learner@ with mentor@
 * first. The password is hashed once for all.
 */
export async function addDemoPeople(
  reference: Reference,
  setting: DemoSetting,
  ports: Pick<Ports, 'now'>,
  seated: ReadonlyMap<string, string>,
): Promise<void> {
  const now = ports.now()
  const passwordHash = await hashPassword(demoPassword)
  await insertAccounts([
    ...demoPeople.map((person) =>
      accountFor(person, reference, seated.get(person.email), passwordHash, now),
    ),
    ...otherMentors.map((person) => accountFor(person, reference, undefined, undefined, now)),
  ])
  const { communityId } = setting
  const own = await findLearnersByEmails(communityId, ['learner@example.org'])
  const others = await findLearnerPage({ communityId, ready: false }, 600)
  const active = others.filter(({ accountId, summary }) => !accountId && summary.awards > 1)
  await addPairings(setting, [...own.values(), ...active.slice(0, 150)])
}
