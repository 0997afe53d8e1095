/**
 * An accelerated pathway is a cohort of learners at one college who earn the credit of a plan of courses together. It has a
 * fixed number of places: each accepted learner holds a numbered one, and a number is held once. Who comes later waits.
 */
import type { Day } from '../calendar.js'
import type { CreditUnit, Fault } from '../agreements/agreement.js'
import { standing } from '../claims/appeal.js'
import { isEnded, type Claim } from '../claims/claim.js'

export const mostPlaces = 60

/** One course of the plan, by the agreement under which its credit is earned. */
export interface PlanCourse {
  readonly series: string
  readonly course: string
  readonly courseTitle: string
  readonly credits: number
  readonly unit: CreditUnit
}

export interface Pathway {
  readonly id: string
  readonly communityId: string
  readonly collegeId: string
  readonly collegeName: string
  readonly name: string
  readonly about: string
  readonly places: number
  readonly plan: readonly PlanCourse[]
  /** Applications are taken from the first to the last of these days. */
  readonly opensOn: Day
  readonly closesOn: Day
  readonly startsOn: Day
  readonly endsOn: Day
  readonly demonstration: boolean
}

export const applicationStates = ['applied', 'waiting', 'accepted', 'declined', 'left'] as const
export type ApplicationState = (typeof applicationStates)[number]

export const applicationDecisions = ['accept', 'wait', 'decline'] as const
export type ApplicationDecision = (typeof applicationDecisions)[number]

export interface ApplicationEvent {
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly kind: 'applied' | 'left' | 'moved-up' | ApplicationDecision
  readonly reason?: string
}

export interface Application {
  readonly id: string
  readonly pathwayId: string
  readonly communityId: string
  readonly collegeId: string
  readonly learnerId: string
  readonly learnerName: string
  readonly state: ApplicationState
  /** The number of the place, while accepted. */
  readonly seat?: number
  readonly why?: string
  readonly appliedAt: Date
  readonly events: readonly ApplicationEvent[]
  readonly demonstration: boolean
}

/** What the college may decide from each state. */
export const applicationMoves: Readonly<Record<ApplicationState, readonly ApplicationDecision[]>> =
  {
    applied: ['accept', 'wait', 'decline'],
    waiting: ['accept', 'decline'],
    accepted: [],
    declined: [],
    left: [],
  }

/** States in which a learner takes part or means to: one such application a pathway. */
export const isLiveApplication = (state: ApplicationState): boolean =>
  state === 'applied' || state === 'waiting' || state === 'accepted'

/**
 * A free place; undefined when there is none. Different applications start looking at different places, so that many at
 * once do not all reach for the same one.
 */
export function freePlace(
  taken: readonly number[],
  places: number,
  applicationId: string,
): number | undefined {
  const held = new Set(taken)
  if (held.size >= places) return undefined
  const free = Array.from({ length: places }, (_, index) => index + 1).filter(
    (seat) => !held.has(seat),
  )
  const start = Array.from(applicationId).reduce(
    (sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0,
    7,
  )
  return free[start % free.length]
}

/** True while applications are taken. */
export const takesApplications = (
  { opensOn, closesOn }: Pick<Pathway, 'opensOn' | 'closesOn'>,
  today: Day,
): boolean => opensOn <= today && today <= closesOn

/** What is wrong with a new pathway, by field; empty when it may be kept. */
export function faultsOfPathway(pathway: Pathway): Fault[] {
  const { places, plan, opensOn, closesOn, startsOn, endsOn } = pathway
  const fault = (isWrong: boolean, field: string, message: string): Fault[] =>
    isWrong ? [{ field, message, params: { most: mostPlaces } }] : []
  return [
    ...fault(
      !Number.isInteger(places) || places < 1 || places > mostPlaces,
      'places',
      'pathways:error.places',
    ),
    ...fault(plan.length === 0, 'plan', 'pathways:error.plan'),
    ...fault(closesOn < opensOn, 'closesOn', 'agreements:error.endsBeforeStart'),
    ...fault(endsOn < startsOn, 'endsOn', 'agreements:error.endsBeforeStart'),
  ]
}

/** How one learner stands in the plan: each course with what became of it, and the credit earned so far. */
export interface PlanProgress {
  readonly courses: readonly (PlanCourse & { readonly state: Claim['state'] | 'open' })[]
  readonly done: number
  readonly earned: Readonly<Record<CreditUnit, number>>
}

/** The newest claim of each promise of the plan decides. Credit counts once it is given, also while more is appealed for. */
export function planProgress(
  plan: readonly PlanCourse[],
  claims: readonly Pick<Claim, 'agreement' | 'state' | 'granted' | 'filedAt' | 'appeal'>[],
): PlanProgress {
  const earned = { quarter: 0, semester: 0 }
  const courses = plan.map((course) => {
    const own = claims
      .filter(({ agreement, state }) => agreement.series === course.series && state !== 'withdrawn')
      .sort((a, b) => b.filedAt.getTime() - a.filedAt.getTime())
    const claim = own.find(({ state }) => !isEnded(state)) ?? own[0]
    if (claim?.granted !== undefined) earned[claim.agreement.unit] += claim.granted
    if (!claim) return { ...course, state: 'open' as const }
    return { ...course, state: claim.granted === undefined ? claim.state : standing(claim) }
  })
  const done = courses.filter(({ state }) => state === 'granted' || state === 'part').length
  return { courses, done, earned }
}
