import type { Award, Badge } from '../badges/badge.js'
import { addDays, type Day } from '../calendar.js'
import type { Fact } from '../providers/evidence.js'
import { proofOf, type Proof } from '../readiness/proof.js'
import type { Rests } from '../readiness/read-rests.js'
import {
  editionOf,
  rulesInForce,
  scopedInForce,
  scopeKey,
  type RuleSet,
  type Scope,
  type ScopedRuleSet,
} from '../readiness/rules.js'
import { holdingsOf } from '../tracks/grounds.js'
import type { Track } from '../tracks/track.js'
import type { Learner, LearnerSummary, StuckOn, TrackSummary } from './learner.js'
import { ownTracks, type OwnTrack } from './own-tracks.js'

/** Everything a learner's standing follows from. `awards` are the live ones; `versions` every version of every track. */
export interface StandingInput {
  readonly learner: Learner
  readonly facts: readonly Fact[]
  readonly awards: readonly Award[]
  readonly versions: readonly Track[]
  readonly badges: readonly Pick<Badge, 'slug' | 'name' | 'kind'>[]
  readonly rests: Rests
  readonly rules: CurrentRules
}

/** The rules that count on one day: the program's, those of tracks, centers and employers, and their edition. */
export interface CurrentRules {
  readonly today: Day
  readonly edition: number
  readonly program: Pick<RuleSet, 'version' | 'rules'> | undefined
  readonly scoped: readonly Pick<ScopedRuleSet, 'version' | 'rules' | 'scope'>[]
}

/** What of one community's versions counts today. */
export const currentRules = (versions: readonly RuleSet[], today: Day): CurrentRules => ({
  today,
  edition: editionOf(versions, today),
  program: rulesInForce(versions, today),
  scoped: scopedInForce(versions, today),
})

/** The proof under the additional rules of a track, center or employer. */
export interface ScopedProof {
  readonly scope: Scope
  readonly proof: Proof
}

/** Where a learner stands: the same for their page, for lists and for whoever reads the record. */
export interface LearnerStanding {
  readonly tracks: readonly OwnTrack[]
  readonly proof: Proof
  /** Of the learner's tracks, and of every center and employer with rules of their own. */
  readonly scoped: readonly ScopedProof[]
}

/** Tracks and readiness proof of one learner. A program without rules makes nobody ready. */
export function standingFor(input: StandingInput): LearnerStanding {
  const { learner, facts, awards, badges } = input
  const tracks = ownTracks(learner.enrollments, input.versions, holdingsOf(facts))
  const { today, program = { version: 0, rules: [] }, scoped } = input.rules
  const own = tracks.map(({ track }) => track)
  const shown = { learner, facts, awards, badges, tracks: own, today, ...input.rests }
  const concerns = ({ kind, id }: Scope) => kind !== 'track' || own.some(({ slug }) => slug === id)
  return {
    tracks,
    proof: proofOf(program, shown),
    scoped: scoped
      .filter(({ scope }) => concerns(scope))
      .map((rules) => ({ scope: rules.scope, proof: proofOf(rules, shown) })),
  }
}

/** The projection that lists show; rebuilt from the same standing the pages use, so the two cannot differ. */
export function summaryOf(input: StandingInput): LearnerSummary {
  const { tracks, proof, scoped } = standingFor(input)
  const until = [proof, ...scoped.map((one) => one.proof)].flatMap((one) => one.until ?? []).sort()
  const readyFor = scoped.filter((one) => proof.ready && one.proof.ready)
  const lastActivityOn = latest(input.facts.map(({ earnedOn }) => earnedOn))
  const stuckOn = stuckOnOf(tracks, input.learner.joinedOn)
  return {
    facts: input.facts.length,
    ...(lastActivityOn !== undefined && { lastActivityOn }),
    awards: input.awards.length,
    tracks: tracks.map(trackSummary),
    ...(stuckOn && { stuckOn }),
    ready: proof.ready,
    ...(proof.since !== undefined && { readySince: proof.since }),
    rulesMet: proof.rules.filter(({ met }) => met).map(({ id }) => id),
    rulesVersion: input.rules.edition,
    ...(readyFor.length > 0 && { readyFor: readyFor.map(({ scope }) => scopeKey(scope)) }),
    ...(until[0] !== undefined && { recheckOn: addDays(until[0], 1) }),
  }
}

const trackSummary = ({ track, progress }: OwnTrack): TrackSummary => ({
  slug: track.slug,
  version: track.version,
  title: track.title,
  done: progress.stepsDone,
  total: progress.stepsTotal,
  ...(progress.finishedOn !== undefined && { finishedOn: progress.finishedOn }),
})

function stuckOnOf(tracks: readonly OwnTrack[], joinedOn: Day): StuckOn | undefined {
  const open = tracks.find(
    ({ progress }) => progress.finishedOn === undefined && progress.nextStep !== undefined,
  )
  const step = open?.track.steps.find(({ id }) => id === open.progress.nextStep)
  if (!open || !step) return undefined
  const done = open.progress.steps.flatMap(({ doneOn }) => (doneOn === undefined ? [] : [doneOn]))
  return {
    track: open.track.slug,
    step: step.id,
    stepTitle: step.title,
    ...(step.courseUrl !== undefined && { courseUrl: step.courseUrl }),
    since: latest(done) ?? open.startedOn ?? joinedOn,
  }
}

const latest = (days: readonly Day[]): Day | undefined =>
  days.reduce<Day | undefined>(
    (last, day) => (last === undefined || day > last ? day : last),
    undefined,
  )
