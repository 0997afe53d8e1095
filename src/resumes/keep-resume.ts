import type { Actor } from '../access/actor.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { findLearner } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { noteResume } from '../learners/note-resume.js'
import type { Ports } from '../ports.js'
import { invalid, notAllowed } from '../problems.js'
import { dropResume, insertResume } from './resume-store.js'
import { typeOfResume } from './resume.js'

async function ownLearner({ learnerId }: Actor): Promise<Learner> {
  const learner = learnerId === undefined ? undefined : await findLearner(learnerId)
  if (!learner) throw notAllowed('learners:problem.noLearner')
  return learner
}

/**
 * Keeps a learner's résumé in the place of the last one. The bytes come first and the last one's go at the end, so that the
 * record never names a file that is not there. Throws invalid for anything but a PDF, a Word document or plain text.
 */
export async function keepResume(
  actor: Actor,
  bytes: Buffer,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const learner = await ownLearner(actor)
  const type = typeOfResume(bytes)
  if (type === undefined) throw invalid([{ field: 'file', message: 'resumes:problem.type' }])
  const { id: learnerId, communityId } = learner
  const at = ports.now()
  const id = newId()
  await insertResume({ id, learnerId, communityId, at, bytes })
  const file = { id, type, size: bytes.length, on: dayOf(at) }
  const last = await noteResume(learnerId, file, at)
  if (last) await dropResume(last.id)
}

/** Takes a learner's résumé away. Again changes nothing. */
export async function removeResume(actor: Actor, ports: Pick<Ports, 'now'>): Promise<void> {
  const { id, resumeFile } = await ownLearner(actor)
  const last = resumeFile && (await noteResume(id, undefined, ports.now()))
  if (last) await dropResume(last.id)
}
