import { findPrograms } from '../communities/program-store.js'
import { dayOf } from '../calendar.js'
import type { Program } from '../communities/program.js'
import type { Ports } from '../ports.js'
import { consentsRunOut, consentsUntold, noteRunOut } from './consent-store.js'
import { findLearner } from './learner-store.js'
import { tellParties } from './tell-parties.js'

interface Run {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 100

/**
 * Tells of consents that ended by their date: they open nothing from the day after their last, and from this on centers,
 * colleges and learners know. A consent is noted as told only after everybody was, so a run that dies is made good; so is
 * what a learner began or ended themselves in a process that died before it told the parties.
 */
export async function endConsents(run: Run): Promise<void> {
  for (const program of await findPrograms()) {
    await tellUntold(program, run)
    await endRunOut(program, run)
  }
}

async function endRunOut(
  { communityId, name }: Program,
  { world: { ports }, signal, touch }: Run,
): Promise<void> {
  for (;;) {
    const now = ports.now()
    // The day by which every read counts them (isLive): told earlier, they would still be open, and never be told again.
    const ended = signal.aborted ? [] : await consentsRunOut(communityId, dayOf(now), batch)
    if (ended.length === 0) return
    for (const consent of ended) {
      await tellParties(consent, { by: name, isByDate: true }, ports)
      await noteRunOut(consent.id, now)
    }
    await touch()
  }
}

/** In the learner's name, or in the program's when they are leaving. */
async function tellUntold(
  { communityId, name }: Program,
  { world: { ports }, signal, touch }: Run,
): Promise<void> {
  for (;;) {
    const untold = signal.aborted ? [] : await consentsUntold(communityId, batch)
    if (untold.length === 0) return
    for (const consent of untold) {
      const by = (await findLearner(consent.learnerId))?.name ?? name
      await tellParties(consent, { by, isByDate: false }, ports)
    }
    await touch()
  }
}
