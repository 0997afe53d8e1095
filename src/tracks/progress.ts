import type { Day } from '../calendar.js'
import type { EvidenceLevel, Fact } from '../providers/evidence.js'
import {
  allGrounds,
  factGrounds,
  type Grounds,
  type Holdings,
  holdingsOf,
  someGrounds,
  strongestGrounds,
} from './grounds.js'
import type { Step, Track } from './track.js'

/**
 * Progress is derived from evidence, never stored. A step is done by a completion of its course, or by all of its
 * provider badges. A group of steps counts as the number it asks for: "choose 1 of 3" is one step of the path.
 */
export interface StepProgress {
  readonly id: string
  readonly title: string
  readonly state: 'done' | 'next' | 'open'
  readonly doneOn?: Day
  /** The strongest level at which the step is shown. */
  readonly level?: EvidenceLevel
  /** Provider badges of the step that are not held; empty when done or when none are known. */
  readonly missing: readonly string[]
}

export interface TrackProgress {
  readonly track: string
  readonly version: string
  readonly stepsDone: number
  readonly stepsTotal: number
  readonly steps: readonly StepProgress[]
  readonly nextStep?: string
  readonly finishedOn?: Day
}

/** What a step rests on at this floor. */
export function stepGrounds(
  step: Step,
  holdings: Holdings,
  floor: EvidenceLevel,
): Grounds | undefined {
  const { provider } = step
  return someGrounds(1, [
    factGrounds(holdings, { provider, kind: 'completion', item: step.courseSlug }, floor),
    allGrounds(
      step.providerBadges.map((item) =>
        factGrounds(holdings, { provider, kind: 'provider-badge', item }, floor),
      ),
    ),
  ])
}

/** What a finished track rests on at this floor: every required step, and of each group as many as it asks for. */
export function trackGrounds(
  track: Track,
  holdings: Holdings,
  floor: EvidenceLevel,
): Grounds | undefined {
  const groundsOf = (step: Step) => stepGrounds(step, holdings, floor)
  const required = track.steps.filter((step) => step.group === undefined).map(groundsOf)
  const groups = track.groups.map((group) =>
    someGrounds(group.choose, stepsIn(track, group.id).map(groundsOf)),
  )
  return allGrounds([...required, ...groups])
}

/** How many steps the track asks for. */
export const stepsTotal = (track: Track): number =>
  track.steps.filter((step) => step.group === undefined).length +
  track.groups.reduce((sum, group) => sum + group.choose, 0)

/** Where a learner with these facts stands on this version of the track. */
export function progressOf(track: Track, facts: readonly Fact[]): TrackProgress {
  return progressWith(track, holdingsOf(facts))
}

/** As progressOf, for callers that ask about many tracks. */
export function progressWith(track: Track, holdings: Holdings): TrackProgress {
  const done = new Map<string, { readonly on: Day; readonly level: EvidenceLevel }>()
  for (const step of track.steps) {
    const groundsAt = (floor: EvidenceLevel) => stepGrounds(step, holdings, floor)
    const best = strongestGrounds(groundsAt, 'self-reported')
    if (best)
      done.set(step.id, {
        level: best.level,
        on: groundsAt('self-reported')?.on ?? best.grounds.on,
      })
  }
  const next = nextStepOf(track, (id) => done.has(id))
  const finished = trackGrounds(track, holdings, 'self-reported')
  return {
    track: track.slug,
    version: track.version,
    stepsDone: stepsDone(track, (id) => done.has(id)),
    stepsTotal: stepsTotal(track),
    steps: track.steps.map((step) => stepProgress(step, done.get(step.id), next, holdings)),
    ...(next !== undefined && { nextStep: next }),
    ...(finished && { finishedOn: finished.on }),
  }
}

function stepProgress(
  step: Step,
  done: { readonly on: Day; readonly level: EvidenceLevel } | undefined,
  next: string | undefined,
  holdings: Holdings,
): StepProgress {
  const { id, title } = step
  if (done) return { id, title, state: 'done', doneOn: done.on, level: done.level, missing: [] }
  const missing = step.providerBadges.filter(
    (item) =>
      !factGrounds(
        holdings,
        { provider: step.provider, kind: 'provider-badge', item },
        'self-reported',
      ),
  )
  return { id, title, state: id === next ? 'next' : 'open', missing }
}

const stepsIn = (track: Track, group: string) => track.steps.filter((step) => step.group === group)

function stepsDone(track: Track, isDone: (id: string) => boolean): number {
  const required = track.steps.filter((step) => step.group === undefined && isDone(step.id)).length
  const chosen = track.groups.map((group) =>
    Math.min(group.choose, stepsIn(track, group.id).filter((step) => isDone(step.id)).length),
  )
  return chosen.reduce((sum, count) => sum + count, required)
}

/**
 * The first step, in the order of the track, that is wanted (not done, its group not yet satisfied) and whose earlier
 * steps are done or no longer wanted; if no step is free, the first wanted one.
 */
function nextStepOf(track: Track, isDone: (id: string) => boolean): string | undefined {
  const satisfied = new Set(
    track.groups
      .filter(({ id, choose }) => stepsIn(track, id).filter((s) => isDone(s.id)).length >= choose)
      .map(({ id }) => id),
  )
  const isWanted = (step: Step) =>
    !isDone(step.id) && (step.group === undefined || !satisfied.has(step.group))
  const wanted = track.steps.filter(isWanted)
  const waiting = new Set(wanted.map(({ id }) => id))
  return (wanted.find((step) => step.after.every((id) => !waiting.has(id))) ?? wanted[0])?.id
}
