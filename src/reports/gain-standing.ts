/**
 * Whether a recorded gain still rests on something: evidence may be withdrawn by its issuer, and credit taken back by its
 * college, after staff recorded a gain on it. Only what was there up to the gain's own day carries it.
 */
import { isAtLeast, type Fact } from '../providers/evidence.js'
import { holdingsOf } from '../tracks/grounds.js'
import { trackGrounds } from '../tracks/progress.js'
import type { Track } from '../tracks/track.js'
import { holdsEnough, trackEvidence, type GrantedCredits, type SkillGain } from './skill-gain.js'

/** What counts of a learner now, and every version of every track. */
export interface Footing {
  readonly facts: readonly Fact[]
  readonly credits: readonly GrantedCredits[]
  readonly tracks: readonly Track[]
}

const floor = 'provider-confirmed'

/** True while the evidence of a gain counts. */
export function stands(
  { type, evidenceId, on }: Pick<SkillGain, 'type' | 'evidenceId' | 'on'>,
  { facts, credits, tracks }: Footing,
): boolean {
  switch (type) {
    case 'exam':
      return facts.some(({ id, level }) => id === evidenceId && isAtLeast(level, floor))
    case 'milestone': {
      const track = tracks.find((one) => trackEvidence(one) === evidenceId)
      const held = holdingsOf(facts.filter(({ earnedOn }) => earnedOn <= on))
      return track !== undefined && trackGrounds(track, held, floor) !== undefined
    }
    case 'transcript':
      return holdsEnough(credits, on)
  }
}
