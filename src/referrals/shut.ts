/**
 * A referral keeps its learner's name and its steps for both sides. What it holds beyond them opens only to the learner,
 * and to staff of the center it is with while the learner's consent to that center is live: on what readiness rests, what
 * the learner wrote, and what happened at a center before (docs/decisions/0008).
 */
import { withoutEvidence, type Proof } from '../readiness/proof.js'
import { isWithCenter, type Referral, type Side } from './referral.js'

/**
 * Why it is shut to a reader: they only asked for the learner; it was settled and never taken up; no consent to the center
 * is live.
 */
export type Shut = 'asked' | 'settled' | 'ended'

/** Undefined when it is open to this reader; `packet` as it stands now. */
export function whyShut(
  { state, packet }: Pick<Referral, 'state' | 'packet'>,
  sides: readonly Side[],
  isLearner: boolean,
): Shut | undefined {
  if (isLearner) return undefined
  if (!sides.includes('center')) return 'asked'
  if (!isWithCenter(state)) return 'settled'
  return packet === 'open' ? undefined : 'ended'
}

/**
 * The referral for a reader to whom it is shut. That somebody was job-ready says which rules they met, as the job-ready
 * list does; of anybody else those are progress, which needs consent.
 */
export function cutReferral(referral: Referral): Referral {
  const { message: _message, stated: _stated, cameFrom: _cameFrom, proof, ...rest } = referral
  return { ...rest, proof: cutProof(proof) }
}

function cutProof(proof: Proof): Proof {
  const { until: _until, ...rest } = withoutEvidence(proof)
  return { ...rest, rules: proof.ready ? rest.rules : [] }
}
