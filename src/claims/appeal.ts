/**
 * A learner may ask a college once to look again at a refusal or a part, and once more when it takes back what it gave.
 * Somebody else there decides, and an appeal never costs: refused or withdrawn, it leaves what stood before.
 * Example: Rita took back what Cora granted; the learner appeals, and anybody but Rita decides.
 */
import { isOpen, moves, type Claim, type ClaimState, type Decision } from './claim.js'

type Appealed = Pick<Claim, 'state' | 'appeal'>

/** True while an appeal waits for its decision. */
export const isAppeal = ({ state, appeal }: Appealed): boolean =>
  appeal !== undefined && isOpen(state)

/** The state by what is decided so far: while an appeal waits, that against which it was made. */
export const standing = ({ state, appeal }: Appealed): ClaimState =>
  appeal && isOpen(state) ? appeal.against : state

/** What a decision makes of the claim; undefined when it cannot be taken. */
export const stateAfter = (claim: Appealed, decision: Decision): ClaimState | undefined =>
  decision === 'refuse' && isAppeal(claim) ? standing(claim) : moves[claim.state][decision]

/** What withdrawing makes of it: an appeal ends and leaves what stood before. Undefined for a settled claim. */
export const stateWithdrawn = (claim: Appealed): ClaimState | undefined =>
  isAppeal(claim) ? standing(claim) : isOpen(claim.state) ? 'withdrawn' : undefined

/** Against what the learner may appeal now; undefined when there is nothing, or they did already. */
export function appealable({
  state,
  appeal,
  events,
}: Appealed & Pick<Claim, 'events'>): 'refused' | 'part' | 'revoked' | undefined {
  if (state === 'revoked') {
    const last = events.findLast(({ kind }) => kind === 'revoked' || kind === 'appealed')
    return last?.kind === 'appealed' ? undefined : state
  }
  return appeal === undefined && (state === 'refused' || state === 'part') ? state : undefined
}

/** False for whoever took the decision that is, or was, appealed: they can neither decide again nor take back. */
export const mayDecide = ({ appeal }: Pick<Claim, 'appeal'>, accountId: string): boolean =>
  appeal?.decider !== accountId

/** Who took the decision that stands and can be appealed. */
export const deciderOf = ({ events }: Pick<Claim, 'events'>): string =>
  events.findLast(({ kind }) => kind === 'refuse' || kind === 'part' || kind === 'revoked')?.by ??
  ''

/** What was given may be taken back while it stands and no appeal waits. */
export const mayTakeBack = ({ state, granted }: Pick<Claim, 'state' | 'granted'>): boolean =>
  granted !== undefined && !isOpen(state)
