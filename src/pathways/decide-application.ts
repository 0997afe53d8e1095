import { hasRole, type Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, refused } from '../problems.js'
import { mailsToApplicant } from './announce-application.js'
import {
  applicationPage,
  findApplication,
  findPathway,
  moveApplication,
  placesTaken,
} from './pathway-store.js'
import {
  applicationMoves,
  freePlace,
  type Application,
  type ApplicationDecision,
  type ApplicationEvent,
  type Pathway,
} from './pathway.js'

type Decided = Pick<ApplicationEvent, 'by' | 'byName' | 'kind' | 'reason' | 'at'>

/**
 * The college's word on an application. Accepting gives one of the places that are left, each once however many decide at
 * once; when none is left the application waits. Throws not-found to strangers, refused once it is settled or somebody was
 * quicker, invalid when declining without a reason.
 */
export async function decideApplication(
  id: string,
  {
    decision,
    reason,
  }: { readonly decision: ApplicationDecision; readonly reason?: string | undefined },
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<Application> {
  const application = await findApplication(id)
  const pathway = application && (await findPathway(application.pathwayId))
  if (!pathway || !hasRole(actor, 'college', pathway.collegeId)) throw notFound()
  if (!applicationMoves[application.state].includes(decision)) {
    if (decision === 'wait' && application.state === 'waiting') return application
    throw refused('pathways:problem.applicationSettled')
  }
  if (decision === 'decline' && reason === undefined)
    throw invalid([{ field: 'reason', message: 'claims:error.reason' }])
  const { accountId: by, name: byName } = actor
  const event = {
    at: ports.now(),
    by,
    byName,
    kind: decision,
    ...(reason !== undefined && { reason }),
  }
  const moved =
    decision === 'accept'
      ? await accept(pathway, application, event)
      : await moveApplication(application, {
          state: decision === 'wait' ? 'waiting' : 'declined',
          event,
          outbox: await mailsToApplicant(pathway, application),
        })
  if (!moved || moved === 'place-taken') throw refused('pathways:problem.applicationQuicker')
  return moved
}

/** Takes one free place after another until one is had; without any the application waits. */
async function accept(
  pathway: Pathway,
  application: Application,
  event: Decided,
): Promise<Application | 'place-taken' | undefined> {
  const outbox = await mailsToApplicant(pathway, application)
  for (let tries = 0; tries <= pathway.places; tries += 1) {
    const seat = freePlace(await placesTaken(pathway.id), pathway.places, application.id)
    if (seat === undefined) break
    const moved = await moveApplication(application, { state: 'accepted', seat, event, outbox })
    if (moved !== 'place-taken') return moved
  }
  if (application.state === 'waiting') throw refused('pathways:problem.pathwayFull')
  return moveApplication(application, {
    state: 'waiting',
    event: { ...event, kind: 'wait' },
    outbox,
  })
}

/** After a place became free: who has waited longest gets it. Tried again when somebody else was quicker with either. */
export async function moveUp(pathway: Pathway, at: Date): Promise<void> {
  for (let tries = 0; tries <= pathway.places; tries += 1) {
    const [first] = await applicationPage({ pathwayId: pathway.id, state: 'waiting' }, 1)
    const seat = first && freePlace(await placesTaken(pathway.id), pathway.places, first.id)
    if (!first || seat === undefined) return
    const moved = await moveApplication(first, {
      state: 'accepted',
      seat,
      event: { at, by: 'program', byName: pathway.collegeName, kind: 'moved-up' },
      outbox: await mailsToApplicant(pathway, first),
    })
    if (moved && moved !== 'place-taken') return
  }
}
