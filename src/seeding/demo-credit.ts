import { addDays, type Day } from '../calendar.js'
import type { Agreement } from '../agreements/agreement.js'
import type { Application, ApplicationEvent, Pathway } from '../pathways/pathway.js'
import type { Proposal, ProposalStep, Terms, TrailEntry } from '../agreements/proposal.js'
import type { Learner } from '../learners/learner.js'

/** Somebody of the demonstration, with the organization they speak for. */
export interface DemoVoice {
  readonly accountId: string
  readonly name: string
  readonly organizationId: string
  readonly organizationName: string
}

export interface DemoCreditSetting {
  readonly today: Day
  readonly communityId: string
  readonly idOf: (kind: string, name: string) => string
  readonly college: DemoVoice
  readonly provider: DemoVoice
}

const at = (day: Day) => new Date(`${day}T18:40:00Z`)

/** How an invented proposal went, step by step after it was made. */
interface Story {
  readonly state: Proposal['state']
  readonly steps: readonly ProposalStep[]
  readonly by: 'college' | 'provider'
  readonly why: string
  readonly change: () => Partial<Terms>
}

const shared = () => ({ mayShareBadges: true })
const elective = () => ({ fills: 'elective' as const })

/** Two in each state in which somebody has to act, one in each other. */
const stories: readonly Story[] = [
  {
    state: 'published',
    steps: ['route', 'approve', 'publish'],
    by: 'college',
    why: 'The department asks for fresh badges.',
    change: () => ({ maxAgeMonths: 36 }),
  },
  {
    state: 'proposed',
    steps: [],
    by: 'provider',
    why: 'These badges show more than one course asks for.',
    change: shared,
  },
  {
    state: 'proposed',
    steps: [],
    by: 'college',
    why: 'The catalog counts the course as an elective.',
    change: elective,
  },
  {
    state: 'review',
    steps: ['route'],
    by: 'provider',
    why: 'Let these badges count for a second course, for they cover the work of both.',
    change: shared,
  },
  {
    state: 'review',
    steps: ['route'],
    by: 'college',
    why: 'Badges older than two years no longer show the course as it is.',
    change: () => ({ maxAgeMonths: 24 }),
  },
  {
    state: 'approved',
    steps: ['route', 'approve'],
    by: 'college',
    why: 'Reviewed with the department for the new catalog.',
    change: elective,
  },
  {
    state: 'refused',
    steps: ['refuse'],
    by: 'provider',
    why: 'Learners build more than the course asks for.',
    change: shared,
  },
  {
    state: 'withdrawn',
    steps: ['withdraw'],
    by: 'provider',
    why: 'We sent the wrong course.',
    change: shared,
  },
]

const termsOf = ({
  id: _id,
  series: _series,
  version: _version,
  communityId: _communityId,
  collegeId: _collegeId,
  collegeName: _collegeName,
  decidedOn: _decidedOn,
  badgeVersions: _badgeVersions,
  demonstration: _demonstration,
  ...terms
}: Agreement): Terms => terms

/**
 * Invented proposals in every state, each the next version of one of these agreements. The one that is published has an
 * agreement to itself, so that it overtakes none of the others.
 */
export function demoProposals(
  agreements: readonly Agreement[],
  setting: DemoCreditSetting,
): Proposal[] {
  const [first, ...others] = agreements
  return stories.flatMap((story, index) => {
    const last = story.state === 'published' ? first : others[index % others.length]
    return last ? [demoProposal(story, last, index, setting)] : []
  })
}

function demoProposal(
  { state, steps, by, why, change }: Story,
  last: Agreement,
  index: number,
  { today, idOf, college, ...rest }: DemoCreditSetting,
): Proposal {
  const proposer = by === 'college' ? college : rest.provider
  const before = termsOf(last)
  const terms: Terms = { ...before, ...change(), from: addDays(today, 60), advisory: true }
  const begun = addDays(today, -12 - index)
  const entryOf = (
    who: DemoVoice,
    day: Day,
  ): Pick<TrailEntry, 'at' | 'by' | 'byName' | 'byOrganization' | 'revision'> => ({
    at: at(day),
    by: who.accountId,
    byName: who.name,
    byOrganization: who.organizationName,
    revision: 1,
  })
  const trail: TrailEntry[] = [
    { ...entryOf(proposer, begun), kind: 'proposed', reason: why, terms },
    ...steps.map((kind, step): TrailEntry => ({
      ...entryOf(kind === 'withdraw' ? proposer : college, addDays(begun, step + 1)),
      kind,
      ...(kind === 'route' && { reviewers: [college.name] }),
      ...(kind === 'refuse' && { reason: 'The course asks for work that the badges do not show.' }),
    })),
  ]
  const reviewer = { accountId: college.accountId, name: college.name }
  return {
    id: idOf('proposal', `${index} ${last.series}`),
    communityId: last.communityId,
    collegeId: last.collegeId,
    collegeName: last.collegeName,
    series: last.series,
    version: last.version + 1,
    terms,
    revision: 1,
    steps: steps.length,
    state,
    proposedBy: {
      accountId: proposer.accountId,
      name: proposer.name,
      organizationId: proposer.organizationId,
    },
    reviewers: steps.includes('route') ? [reviewer] : [],
    approvals: steps.includes('approve') ? [reviewer.accountId] : [],
    why,
    trail,
    changedAt: trail.at(-1)?.at ?? at(begun),
    demonstration: true,
  }
}

/** One pathway that still takes learners and one that is full, with so many in each state. */
const groups = [
  {
    name: 'Front-end web development, together',
    about:
      'A demonstration: sixty learners who finish the front-end track in two terms, and earn the credit of its courses.',
    places: 60,
    opened: -30,
    closes: 21,
    learners: { accepted: 38, applied: 9, declined: 2, left: 1, waiting: 0 },
  },
  {
    name: 'Evening group: databases and web',
    about:
      'A demonstration: a small group that meets on two evenings a week. All places are taken.',
    places: 12,
    opened: -45,
    closes: 5,
    learners: { accepted: 12, waiting: 6, applied: 2, declined: 1, left: 0 },
  },
] as const

/** How many learners the invented pathways take. */
export const applicantsMade = groups.reduce(
  (sum, { learners }) =>
    sum + Object.values(learners).reduce<number>((all, count) => all + count, 0),
  0,
)

export interface DemoPathway {
  readonly pathway: Pathway
  readonly applications: readonly Application[]
}

/** The invented pathways over the courses of these agreements, with these learners in the order given. */
export function demoPathways(
  agreements: readonly Agreement[],
  learners: readonly Pick<Learner, 'id' | 'name' | 'accountId'>[],
  setting: DemoCreditSetting,
): DemoPathway[] {
  let next = 0
  return groups.map(({ name, about, places, opened, closes, learners: counts }, index) => {
    const pathway: Pathway = {
      id: setting.idOf('pathway', name),
      communityId: setting.communityId,
      collegeId: setting.college.organizationId,
      collegeName: setting.college.organizationName,
      name,
      about,
      places,
      plan: agreements
        .slice(index * 3, index * 3 + 3)
        .map(({ series, course, courseTitle, credits, unit }) => ({
          series,
          course,
          courseTitle,
          credits,
          unit,
        })),
      opensOn: addDays(setting.today, opened),
      closesOn: addDays(setting.today, closes),
      startsOn: addDays(setting.today, closes + 14),
      endsOn: addDays(setting.today, closes + 200),
      demonstration: true,
    }
    const applications = (['accepted', 'waiting', 'applied', 'declined', 'left'] as const).flatMap(
      (state) =>
        learners
          .slice(next, (next += counts[state]))
          .map((learner, at_) => applicationOf(learner, state, at_ + 1, { pathway, setting })),
    )
    return { pathway, applications }
  })
}

const decisions = { accepted: 'accept', waiting: 'wait', declined: 'decline' } as const

function applicationOf(
  learner: Pick<Learner, 'id' | 'name' | 'accountId'>,
  state: Application['state'],
  number: number,
  { pathway, setting }: { readonly pathway: Pathway; readonly setting: DemoCreditSetting },
): Application {
  const appliedOn = addDays(pathway.opensOn, number % 14)
  const own = (kind: ApplicationEvent['kind'], day: Day): ApplicationEvent => ({
    at: at(day),
    by: learner.accountId ?? learner.id,
    byName: learner.name,
    kind,
  })
  const { accountId: by, name: byName } = setting.college
  const answered = { at: at(addDays(appliedOn, 4)), by, byName }
  return {
    id: setting.idOf('application', `${pathway.id} ${learner.id}`),
    pathwayId: pathway.id,
    communityId: pathway.communityId,
    collegeId: pathway.collegeId,
    learnerId: learner.id,
    learnerName: learner.name,
    state,
    ...(state === 'accepted' && { seat: number }),
    appliedAt: at(appliedOn),
    events: [
      own('applied', appliedOn),
      ...(state === 'left' ? [own('left', addDays(appliedOn, 6))] : []),
      ...(state === 'applied' || state === 'left'
        ? []
        : [
            {
              ...answered,
              kind: decisions[state],
              ...(state === 'declined' && {
                reason: 'The plan starts with courses you have yet to take.',
              }),
            },
          ]),
    ],
    demonstration: true,
  }
}
