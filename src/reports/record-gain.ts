import { organizationsOf, type Actor } from '../access/actor.js'
import { grantedOfMany } from '../claims/granted-store.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import { openRecord, readingRight } from '../learners/open-record.js'
import type { LearnerRecord } from '../learners/record.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { holdingsOf } from '../tracks/grounds.js'
import { trackGrounds } from '../tracks/progress.js'
import { stands } from './gain-standing.js'
import { gainsOfMany, insertGain } from './gain-store.js'
import { creditsOf, readFootings } from './read-footings.js'
import { gainGrounds, isCounted, type GainGround, type SkillGain } from './skill-gain.js'

export interface OpenedGains {
  readonly record: LearnerRecord
  /** What may still be recorded. */
  readonly grounds: readonly GainGround[]
  /** Those taken back too. */
  readonly gains: readonly SkillGain[]
  /** The gains whose evidence counts no longer, by id: they are in no extract. */
  readonly lost: ReadonlySet<string>
}

/**
 * A learner's skill gains and what evidence would carry another one, for staff whom the learner lets see the evidence.
 * Disclosed. Throws not-found or not-allowed to everybody else.
 */
export async function openGains(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
): Promise<OpenedGains> {
  const record = await openRecord(actor, learnerId, ports)
  const { facts, tracks } = record
  if (!facts || !tracks) throw notAllowed('reports:problem.evidenceNotShared')
  const holdings = holdingsOf(facts)
  const finished = tracks.flatMap(({ track }) => {
    const on = trackGrounds(track, holdings, 'provider-confirmed')?.on
    const { slug, version, title } = track
    return on === undefined ? [] : [{ slug, version, title, confirmedOn: on }]
  })
  const granted = record.awards ? ((await grantedOfMany([learnerId])).get(learnerId) ?? []) : []
  const gains = (await gainsOfMany([learnerId])).get(learnerId) ?? []
  const known = new Set(
    gains.filter(isCounted).map(({ type, evidenceId }) => `${type} ${evidenceId}`),
  )
  const grounds = gainGrounds(facts, finished, creditsOf(granted)).filter(
    ({ type, evidenceId }) => !known.has(`${type} ${evidenceId}`),
  )
  const footing = (await readFootings(gains.length > 0 ? [learnerId] : [])).get(learnerId)
  const lost = gains.filter((gain) => !footing || !stands(gain, footing))
  return { record, grounds, gains, lost: new Set(lost.map(({ id }) => id)) }
}

/** The center for which this person may read the learner's evidence now. */
async function centerOf(actor: Actor, learnerId: string, now: Date): Promise<string | undefined> {
  const learner = await findLearner(learnerId)
  const right = learner && (await readingRight(actor, learner, now))
  return organizationsOf(actor, 'staff').find((id) => id === right?.organizationId)
}

/** Records a gain on evidence that is there. Throws refused for evidence that is not, or that was recorded before. */
export async function recordGain(
  actor: Actor,
  learnerId: string,
  evidenceId: string,
  ports: Pick<Ports, 'now'>,
): Promise<SkillGain> {
  const { record, grounds } = await openGains(actor, learnerId, ports)
  const ground = grounds.find((one) => one.evidenceId === evidenceId)
  if (!ground) throw refused('reports:problem.noEvidence')
  const centerId = await centerOf(actor, learnerId, ports.now())
  const gain: SkillGain = {
    ...ground,
    id: newId(),
    communityId: record.learner.communityId,
    learnerId,
    attestedBy: actor.name,
    attestedAt: ports.now(),
    ...(centerId !== undefined && { centerId }),
  }
  if (!(await insertGain(gain))) throw refused('reports:problem.noEvidence')
  return gain
}
