import type { Actor } from '../access/actor.js'
import { findProgram } from '../communities/program-store.js'
import type { Words } from '../http/words.js'
import { openRecord } from '../learners/open-record.js'
import { notAllowed } from '../problems.js'
import type { SigningWorld } from '../credentials/open-issuer.js'
import { providerNames } from '../credentials/read-sources.js'
import { recordPaper } from './record-paper-view.js'
import { setPdf } from '../drawing/set-pdf.js'

/** The whole record of the learner who asks as a PDF that screen readers can read. */
export async function exportPdf(actor: Actor, words: Words, world: SigningWorld): Promise<Buffer> {
  if (actor.learnerId === undefined) throw notAllowed('learners:problem.noLearner')
  const record = await openRecord(actor, actor.learnerId, world.ports, 'export')
  const program = await findProgram(record.learner.communityId)
  const setting = {
    baseUrl: world.config.baseUrl,
    program: program?.name ?? '',
    providers: await providerNames((record.facts ?? []).map(({ provider }) => provider)),
  }
  return setPdf(recordPaper(record, setting, words))
}
