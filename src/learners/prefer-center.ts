import { chooseCenters } from './center-choice-store.js'

/** Remembers the center a learner turned to last; lists of that center find them by it. Harmless to repeat. */
export async function preferCenter(learnerId: string, centerId: string): Promise<void> {
  await chooseCenters(new Map([[learnerId, centerId]]))
}
