import { findPrograms } from '../communities/program-store.js'
import { newId } from '../ids.js'
import { findLearnerPage, type LearnerCursor } from '../learners/learner-store.js'
import type { Learner } from '../learners/learner.js'
import { ownTracks } from '../learners/own-tracks.js'
import { factsOfMany } from '../providers/evidence-store.js'
import type { Fact } from '../providers/evidence.js'
import { holdingsOf } from '../tracks/grounds.js'
import { findTrackVersions } from '../tracks/track-store.js'
import type { Track } from '../tracks/track.js'
import { pastPaces } from './forecast.js'
import { paceKey, replacePaces, type PaceCell } from './pace-store.js'

const batch = 250

interface Run {
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

/**
 * Counts anew, for every program, how long people who are ready took from each place of a track. What forecasts rest on
 * stays as it was until a run is through; one that is stopped is begun again.
 */
export async function measurePaces({ signal, touch }: Run): Promise<void> {
  const versions = await findTrackVersions()
  for (const { communityId } of await findPrograms()) {
    const cells = new Map<string, PaceCell & { weeks: number[] }>()
    let after: LearnerCursor | undefined
    for (;;) {
      if (signal.aborted) return
      const ready = await findLearnerPage({ communityId, ready: true }, batch, after)
      const last = ready.at(-1)
      if (!last) break
      const facts = await factsOfMany(ready.map(({ id }) => id))
      for (const learner of ready) count(learner, facts.get(learner.id) ?? [], versions, cells)
      after = { value: last.summary.readySince ?? '', id: last.id }
      await touch()
    }
    await replacePaces(communityId, newId(), [...cells.values()])
  }
}

function count(
  { communityId, enrollments, summary }: Learner,
  facts: readonly Fact[],
  versions: readonly Track[],
  cells: Map<string, PaceCell & { weeks: number[] }>,
): void {
  const finished = ownTracks(enrollments, versions, holdingsOf(facts)).filter(
    ({ progress }) => progress.finishedOn !== undefined,
  )
  for (const { track, progress, startedOn } of finished) {
    const doneOn = progress.steps.flatMap((step) => step.doneOn ?? [])
    for (const past of pastPaces(doneOn, startedOn, summary.readySince ?? '')) {
      const { slug, version } = track
      const place = { communityId, track: slug, version, done: past.done, band: past.band }
      const cell = cells.get(paceKey(place)) ?? { ...place, weeks: [] }
      while (cell.weeks.length <= past.weeks) cell.weeks.push(0)
      cell.weeks[past.weeks] = (cell.weeks[past.weeks] ?? 0) + 1
      cells.set(paceKey(place), cell)
    }
  }
}
