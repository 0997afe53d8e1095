import type { Actor } from '../access/actor.js'
import { dayOf, type Day } from '../calendar.js'
import { decodeTimeCursor, pageOf, type ListPage } from '../http/list.js'
import type { Channel } from '../learners/disclosure.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { claimsAt } from '../claims/claim-store.js'
import { discloseRequests } from '../claims/disclose-requests.js'
import { pathwayOfCollege } from './open-pathway.js'
import {
  applicationOf,
  applicationPage,
  countApplications,
  findPathway,
  placesTaken,
} from './pathway-store.js'
import {
  planProgress,
  type Application,
  type ApplicationState,
  type Pathway,
  type PlanProgress,
} from './pathway.js'

/** What the public sees of a pathway; for a learner also how they stand. */
export interface PathwayShown {
  readonly pathway: Pathway
  readonly taken: number
  readonly waiting: number
  readonly today: Day
  readonly own?: { readonly application?: Application | undefined; readonly progress: PlanProgress }
}

/** One pathway with its places. Throws not-found for an unknown one. */
export async function readPathway(
  id: string,
  visitor: Actor | undefined,
  ports: Pick<Ports, 'now'>,
): Promise<PathwayShown> {
  const pathway = await findPathway(id)
  if (!pathway) throw notFound()
  const [taken, waiting] = await Promise.all([placesTaken(id), countApplications(id, 'waiting')])
  const shown = { pathway, taken: taken.length, waiting, today: dayOf(ports.now()) }
  if (visitor?.learnerId === undefined) return shown
  const [application, claims] = await Promise.all([
    applicationOf(id, visitor.learnerId),
    claimsAt(pathway.collegeId, [visitor.learnerId]),
  ])
  const progress = planProgress(pathway.plan, claims.get(visitor.learnerId) ?? [])
  return { ...shown, own: { application, progress } }
}

/** An application on the college's desk, with the progress in the plan by the claims the college decided itself. */
export interface PathwayLearner {
  readonly application: Application
  readonly progress: PlanProgress
}

/** A page of the applications of one state, the first to apply first. Throws not-found to other colleges. */
export async function listApplications(
  id: string,
  query: {
    readonly state: ApplicationState
    readonly limit: number
    readonly cursor?: string | undefined
  },
  actor: Actor,
  { now, channel = 'list' }: { readonly now: Date; readonly channel?: Channel },
): Promise<{ readonly pathway: Pathway; readonly page: ListPage<PathwayLearner> }> {
  const pathway = await pathwayOfCollege(id, actor)
  const place = decodeTimeCursor(query.cursor)
  const after = place && { appliedAt: place.createdAt, id: place.id }
  const filter = { pathwayId: id, state: query.state }
  const rows = await applicationPage(filter, query.limit + 1, after)
  const { items, next } = pageOf(rows, query.limit, (one) => [one.appliedAt.getTime(), one.id])
  await discloseRequests(actor, 'application', items, channel, now)
  const claims = await claimsAt(
    pathway.collegeId,
    items.map(({ learnerId }) => learnerId),
  )
  const learners = items.map((application) => ({
    application,
    progress: planProgress(pathway.plan, claims.get(application.learnerId) ?? []),
  }))
  return { pathway, page: { items: learners, next } }
}

/** All applications of one state, page after page, as rows of a download. */
export async function* everyApplication(
  id: string,
  state: ApplicationState,
  actor: Actor,
  now: Date,
) {
  let cursor: string | undefined
  do {
    const { page } = await listApplications(id, { state, limit: 200, cursor }, actor, {
      now,
      channel: 'export',
    })
    for (const { application, progress } of page.items)
      yield {
        learner: application.learnerName,
        state: application.state,
        place: application.seat ?? '',
        applied: application.appliedAt.toISOString(),
        done: progress.done,
        courses: progress.courses.length,
        quarter: progress.earned.quarter,
        semester: progress.earned.semester,
      }
    cursor = page.next
  } while (cursor !== undefined)
}
