/**
 * Readiness as a proof: every rule, met or not, with the evidence it rests on or the next step towards it. The words are
 * the same for everyone who may read it: the missing part is a locale key with its params, never a sentence made here.
 * Example: finished-track is met by "Front End Web Development, 2 March 2015, provider-confirmed".
 */
import type { Award, Badge } from '../badges/badge.js'
import type { Day } from '../calendar.js'
import { isReachable, type Learner } from '../learners/learner.js'
import { isAtLeast, type EvidenceLevel, type Fact } from '../providers/evidence.js'
import { holdingsOf, strongestGrounds, type Holdings } from '../tracks/grounds.js'
import { progressWith, stepGrounds, trackGrounds } from '../tracks/progress.js'
import type { Track } from '../tracks/track.js'
import { met, open, type Finding, type Missing, type ProofEvidence } from './finding.js'
import type { Mark } from './mark.js'
import {
  creditGranted,
  portfolioChecked,
  practised,
  recentSkills,
  signedOff,
  type GrantedCredit,
} from './person-findings.js'
import { paramsOf, type Rule, type RuleSet } from './rules.js'
import type { Toward } from './toward.js'

export type { Missing, ProofEvidence } from './finding.js'

export interface RuleProof {
  readonly id: string
  readonly kind: Rule['kind']
  /** What the rule asks, to fill the words of its label. */
  readonly params: Readonly<Record<string, string | number>>
  readonly met: boolean
  readonly evidence: readonly ProofEvidence[]
  readonly missing?: Missing
  readonly until?: Day
  readonly since?: Day
  /** What the same evidence, or the next step, also counts toward. */
  readonly toward?: readonly Toward[]
}

export interface Proof {
  readonly ready: boolean
  /** The day the last dated rule was met; undefined while not ready. */
  readonly since?: Day
  /** The last day on which no rule that is met now is lost to age; undefined when nothing ages. */
  readonly until?: Day
  readonly rulesVersion: number
  readonly rules: readonly RuleProof[]
}

/** Everything the rules may look at. `tracks` are the versions the learner is on; `awards` the live ones. */
export interface ProofInput {
  readonly learner: Pick<
    Learner,
    | 'email'
    | 'phone'
    | 'place'
    | 'joinedOn'
    | 'programAgreement'
    | 'portfolioUrl'
    | 'resumeUrl'
    | 'resumeFile'
  >
  readonly today: Day
  readonly marks: readonly Mark[]
  readonly granted: readonly GrantedCredit[]
  readonly facts: readonly Fact[]
  readonly awards: readonly Award[]
  readonly tracks: readonly Track[]
  readonly badges: readonly Pick<Badge, 'slug' | 'name' | 'kind'>[]
}

interface Looked extends ProofInput {
  readonly holdings: Holdings
}

/** The proof of one learner under one version of the rules. */
export function proofOf(ruleSet: Pick<RuleSet, 'version' | 'rules'>, input: ProofInput): Proof {
  const looked = { ...input, holdings: holdingsOf(input.facts) }
  const rules = ruleSet.rules.map((rule): RuleProof => ({
    id: rule.id,
    kind: rule.kind,
    params: paramsOf(rule),
    ...findingOf(rule, looked),
  }))
  const ready = rules.length > 0 && rules.every((rule) => rule.met)
  const until = rules.flatMap((rule) => rule.until ?? []).sort()[0]
  return {
    ready,
    ...(ready && { since: lastDay(rules) ?? input.learner.joinedOn }),
    ...(until !== undefined && { until }),
    rulesVersion: ruleSet.version,
    rules,
  }
}

/** New evidence that only keeps skills or a word fresh, or a better résumé, makes nobody newly ready. */
const lastDay = (rules: readonly RuleProof[]): Day | undefined =>
  rules
    .filter(({ kind }) => kind !== 'skill-age' && kind !== 'resume')
    .flatMap(({ evidence, since }) => since ?? evidence.map(({ on }) => on))
    .sort()
    .at(-1)

function findingOf(rule: Rule, looked: Looked): Finding {
  switch (rule.kind) {
    case 'track-finished':
      return trackFinished(asked(rule, looked.tracks), looked.holdings)
    case 'evidence-level':
      return trackShown(asked(rule, looked.tracks), looked.holdings, rule.lowestLevel)
    case 'course-badges':
      return badgesHeld(rule, looked)
    case 'contact':
      return isReachable(looked.learner) ? met([]) : open('contact')
    case 'agreement': {
      const accepted = looked.learner.programAgreement
      return accepted
        ? met([{ title: 'readiness:evidence.agreement', on: accepted.acceptedOn }])
        : open('agreement')
    }
    case 'resume':
      return resumeShown(looked.learner)
    case 'portfolio':
      return portfolioChecked(rule, looked.learner, looked.marks, looked.today)
    case 'mentor-sign-off':
      return signedOff(rule, looked.marks, looked.today)
    case 'interview-practice':
      return practised(rule, looked.marks, looked.today)
    case 'skill-age':
      return recentSkills(rule, looked.facts, looked.today)
    case 'credit':
      return creditGranted(rule, looked.granted)
  }
}

function resumeShown({ resumeUrl, resumeFile }: ProofInput['learner']): Finding {
  if (resumeFile) return met([{ title: 'readiness:evidence.resume', on: resumeFile.on }])
  return resumeUrl === undefined ? open('resume') : met([])
}

const asked = (rule: { readonly tracks?: readonly string[] }, tracks: readonly Track[]) =>
  tracks.filter(({ slug }) => rule.tracks?.includes(slug) ?? true)

function trackFinished(tracks: readonly Track[], holdings: Holdings): Finding {
  const finished = tracks.flatMap((track): ProofEvidence[] => {
    const shown = strongestGrounds((floor) => trackGrounds(track, holdings, floor), 'self-reported')
    return shown ? [{ title: track.title, on: shown.grounds.on, level: shown.level }] : []
  })
  const first = earliest(finished)
  if (first) return met([first])
  const nearest = nearestOf(tracks, (track) => progressWith(track, holdings))
  if (!nearest) return open('noTrack')
  const { track, of: progress } = nearest
  const step = track.steps.find(({ id }) => id === progress.nextStep)
  const params = {
    track: track.title,
    done: progress.stepsDone,
    total: progress.stepsTotal,
    step: step?.title ?? '',
  }
  return open('finishTrack', params, [], step?.courseSlug)
}

function trackShown(tracks: readonly Track[], holdings: Holdings, floor: EvidenceLevel): Finding {
  const shown = tracks.flatMap((track): ProofEvidence[] => {
    const grounds = trackGrounds(track, holdings, floor)
    return grounds ? [{ title: track.title, on: grounds.on, level: floor }] : []
  })
  const first = earliest(shown)
  if (first) return met([first])
  const nearest = nearestOf(tracks, (track) => {
    const shownSteps = track.steps.filter((step) => stepGrounds(step, holdings, floor))
    const progress = progressWith(track, holdings)
    return { ...progress, stepsDone: Math.min(shownSteps.length, progress.stepsTotal) }
  })
  if (!nearest) return open('noTrack')
  const { track, of: progress } = nearest
  const unproved = track.steps.find(
    (step) => stepGrounds(step, holdings, 'self-reported') && !stepGrounds(step, holdings, floor),
  )
  return open(unproved ? 'confirmStep' : 'finishTrackFirst', {
    track: track.title,
    done: progress.stepsDone,
    total: progress.stepsTotal,
    step: unproved?.title ?? '',
    level: floor,
  })
}

function badgesHeld(rule: Extract<Rule, { kind: 'course-badges' }>, looked: Looked): Finding {
  const names = new Map(looked.badges.map((badge) => [badge.slug, badge]))
  const counts = (award: Award) =>
    award.state === 'live' &&
    (rule.badges?.includes(award.badge) ?? names.get(award.badge)?.kind === 'course')
  const held = looked.awards.filter(counts)
  const strong = held
    .filter((award) => isAtLeast(award.evidenceLevel, rule.lowestLevel))
    .sort(byDay)
  const lines = strong.slice(0, rule.count).map((award): ProofEvidence => ({
    title: names.get(award.badge)?.name ?? award.badge,
    on: award.awardedOn,
    level: award.evidenceLevel,
    badge: award.badge,
  }))
  if (strong.length >= rule.count) return met(lines)
  return open(
    held.length >= rule.count ? 'confirmBadges' : 'earnBadges',
    { have: strong.length, need: rule.count - strong.length, level: rule.lowestLevel },
    lines,
  )
}

const byDay = (a: Award, b: Award) =>
  a.awardedOn.localeCompare(b.awardedOn) || a.badge.localeCompare(b.badge)

const earliest = (lines: readonly ProofEvidence[]): ProofEvidence | undefined =>
  [...lines].sort((a, b) => a.on.localeCompare(b.on))[0]

interface Counted {
  readonly stepsDone: number
  readonly stepsTotal: number
}

function nearestOf<T extends Counted>(tracks: readonly Track[], count: (track: Track) => T) {
  return tracks
    .filter(({ steps }) => steps.length > 0)
    .map((track) => ({ track, of: count(track) }))
    .sort((a, b) => share(b.of) - share(a.of) || a.track.slug.localeCompare(b.track.slug))[0]
}

const share = ({ stepsDone, stepsTotal }: Counted) => stepsDone / Math.max(1, stepsTotal)

/** The proof for a reader who may know which rules are met, but not on what. */
export const withoutEvidence = (proof: Proof): Proof => ({
  ...proof,
  rules: proof.rules.map(({ toward, since: _since, ...rule }) => ({
    ...rule,
    evidence: [],
    ...(!rule.met && toward && { toward }),
  })),
})
