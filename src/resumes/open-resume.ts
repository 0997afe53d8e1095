import type { Actor } from '../access/actor.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'
import { findLearner } from '../learners/learner-store.js'
import { readingRight, refusalOf } from '../learners/open-record.js'
import type { Ports } from '../ports.js'
import { notFound } from '../problems.js'
import { resumeBytes } from './resume-store.js'
import type { ResumeFile } from './resume.js'

/** What the actor's own record knows of their résumé. Throws not-found where there is none. */
export async function ownResumeFile({ learnerId = '' }: Actor): Promise<ResumeFile> {
  const file = (await findLearner(learnerId))?.resumeFile
  if (!file) throw notFound('resumes:problem.none')
  return file
}

export interface OpenedResume {
  readonly file: ResumeFile
  readonly bytes: Buffer
}

/** The file with its bytes. Throws not-found where there is none. */
export async function readResume(file: ResumeFile | undefined): Promise<OpenedResume> {
  const bytes = file && (await resumeBytes(file.id))
  if (!bytes) throw notFound('resumes:problem.none')
  return { file, bytes }
}

/**
 * A résumé for its learner, or for who may read it by a live consent or pairing that covers it, which is disclosed first.
 * Throws as opening the record does where it is not covered, not-found where there is no file.
 */
export async function openResume(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
  channel: Channel = 'view',
): Promise<OpenedResume> {
  const learner = await findLearner(learnerId)
  if (!learner) throw notFound()
  const now = ports.now()
  const isOwn = actor.learnerId === learnerId
  const right = isOwn ? undefined : await readingRight(actor, learner, now)
  if (!isOwn && !right?.covers.has('resume')) throw refusalOf(actor, learner)
  const opened = await readResume(learner.resumeFile)
  if (right)
    await discloseTo({
      actor,
      ...right,
      learnerIds: [learnerId],
      records: ['resume'],
      channel,
      consentIds: new Map([[learnerId, right.consentIds]]),
      now,
    })
  return opened
}
