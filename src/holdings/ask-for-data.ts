import type { Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { rowsAtOnce } from './data-file.js'
import { wishDataFile } from './data-file-store.js'
import { findWholeSubject } from './find-subject.js'
import { countHeld } from './holding-store.js'
import { holdings } from './holdings.js'
import { makeDataFile } from './make-data-file.js'

/**
 * Asks for a file of everything held about the learner. A small one is made before this returns, a large one in the
 * background; an older one goes. Throws refused while one is in the making.
 */
export async function askForData(
  actor: Actor,
  language: 'en' | 'es',
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const { learnerId } = actor
  const subject = learnerId === undefined ? undefined : await findWholeSubject(learnerId)
  if (!subject) throw notAllowed('learners:problem.noLearner')
  const counts = await Promise.all(holdings.map((holding) => countHeld(holding, subject)))
  const rows = counts.reduce((sum, count) => sum + count, 0)
  const now = ports.now()
  const isNew = await wishDataFile({
    learnerId: subject.learnerId,
    communityId: subject.communityId,
    state: 'waiting',
    askedAt: now,
    rows,
    done: 0,
    tries: 0,
    leaseUntil: now,
    language,
  })
  if (!isNew) throw refused('holdings:problem.inTheMaking')
  if (rows <= rowsAtOnce) await makeDataFile(subject.learnerId, ports)
}
