import type { LearnerRecord } from '../learners/record.js'
import { forecastOf, paceOf, type Forecast, type Pace } from './forecast.js'
import { findPace } from './pace-store.js'

export interface OwnForecast {
  readonly track: string
  readonly pace: Pace
  /** Undefined when too few people went this way at a like pace. */
  readonly forecast: Forecast | undefined
}

/**
 * When the learner of a record may be ready, by the track that is furthest. Undefined for who is ready, or has done no step.
 * One read by key, whatever the number of learners.
 */
export async function readForecast({
  learner,
  proof,
  tracks = [],
  on,
}: LearnerRecord): Promise<OwnForecast | undefined> {
  if (!proof || proof.ready) return undefined
  const share = ({ stepsDone, stepsTotal }: { stepsDone: number; stepsTotal: number }) =>
    stepsDone / Math.max(1, stepsTotal)
  const [nearest] = [...tracks].sort((a, b) => share(b.progress) - share(a.progress))
  if (!nearest) return undefined
  const doneOn = nearest.progress.steps.flatMap((step) => step.doneOn ?? [])
  const pace = paceOf(doneOn, nearest.startedOn)
  if (!pace) return undefined
  const { slug, version, title } = nearest.track
  const { communityId } = learner
  const { done, band } = pace
  const weeks = await findPace({ communityId, track: slug, version, done, band })
  return { track: title, pace, forecast: forecastOf(weeks, pace, on) }
}
