import type { Actor } from '../access/actor.js'
import { awardsOfMany } from '../badges/award-store.js'
import { findBadges } from '../badges/badge-store.js'
import { dayOf, type Day } from '../calendar.js'
import { newId } from '../ids.js'
import { countLearners } from '../learners/learner-store.js'
import { communityLearnersAfter } from '../learners/learner-walk-store.js'
import { currentRules, standingFor } from '../learners/summary.js'
import type { Ports } from '../ports.js'
import { invalid } from '../problems.js'
import { factsOfMany } from '../providers/evidence-store.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { managedCommunity } from './publish-rules.js'
import { noRests, restsOfMany } from './read-rests.js'
import { ruleVersions } from './rule-store.js'
import { advanceTrial, beginTrial, findTrial, findUnfinishedTrial } from './rule-trial-store.js'
import type { RuleTrial } from './rule-trial-store.js'
import { addFinding, noFindings, rulesWith, type TrialFindings } from './rule-trial.js'
import { faultsOf, type Rule, type Scope } from './rules.js'

const batch = 250
/** Up to so many learners are looked at before the page is answered; more are looked at by the background job. */
const atOnce = 500

/** Rules that a manager would like to try. */
export interface Draft {
  readonly rules: readonly Rule[]
  readonly from: Day
  readonly scope: Scope | undefined
}

/**
 * Begins to try rules on every learner of the manager's program, and changes nothing. Few learners are looked at at once,
 * many by the background job. Throws invalid for rules nobody could meet or a day that is over.
 */
export async function tryRules(
  { rules, from, scope }: Draft,
  actor: Actor,
  ports: Pick<Ports, 'now'>,
): Promise<RuleTrial> {
  const communityId = managedCommunity(actor)
  const now = ports.now()
  const faults = faultsOf(rules, scope)
  if (from < dayOf(now)) faults.push({ field: 'from', message: 'readiness:error.from' })
  if (faults.length > 0) throw invalid(faults)
  const total = await countLearners({ communityId }, 10_000_000)
  const trial: RuleTrial = {
    id: newId(),
    communityId,
    accountId: actor.accountId,
    ...(scope && { scope }),
    rules,
    from,
    after: '',
    looked: 0,
    total,
    ...noFindings,
    state: 'counting',
    startedAt: now,
  }
  await beginTrial(trial)
  if (total <= atOnce) await goOn(trial, ports, new AbortController().signal)
  return trial
}

interface Trying {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

/** Goes on with every unfinished trial; after a stop or crash from the last batch done. */
export async function goOnTrying({ world, signal, touch }: Trying): Promise<void> {
  for (;;) {
    const trial = signal.aborted ? undefined : await findUnfinishedTrial()
    if (!trial) return
    await goOn(trial, world.ports, signal, touch)
  }
}

async function goOn(
  trial: RuleTrial,
  ports: Pick<Ports, 'now'>,
  signal: AbortSignal,
  touch?: () => Promise<void>,
): Promise<void> {
  let current: RuleTrial | undefined = trial
  while (current?.state === 'counting' && !signal.aborted) {
    await tryBatch(current, ports.now())
    await touch?.()
    current = await findTrial(trial.id)
  }
}

async function tryBatch(trial: RuleTrial, now: Date): Promise<void> {
  const learners = await communityLearnersAfter(trial.communityId, trial.after, batch)
  const last = learners.at(-1)
  const { counts, lacks, becomes, noLonger } = trial
  const known = { counts, lacks, becomes, noLonger }
  if (!last) {
    const { after, looked } = trial
    await advanceTrial(trial, { ...known, after, looked, state: 'done', finishedAt: now })
    return
  }
  await advanceTrial(trial, {
    ...(await findingsOf(trial, learners, known, dayOf(now))),
    after: last.id,
    looked: trial.looked + learners.length,
    state: 'counting',
  })
}

async function findingsOf(
  { communityId, rules, scope }: RuleTrial,
  learners: Awaited<ReturnType<typeof communityLearnersAfter>>,
  known: TrialFindings,
  today: Day,
): Promise<TrialFindings> {
  const ids = learners.map(({ id }) => id)
  const [facts, awards, rests, badges, versions, published] = await Promise.all([
    factsOfMany(ids),
    awardsOfMany(ids),
    restsOfMany(ids),
    findBadges(),
    findTrackVersions(),
    ruleVersions(communityId),
  ])
  const now = currentRules(published, today)
  const then = rulesWith(now, rules, scope)
  return learners.reduce((found, learner) => {
    const shown = {
      learner,
      facts: facts.get(learner.id) ?? [],
      awards: awards.get(learner.id) ?? [],
      rests: rests.get(learner.id) ?? noRests,
      versions,
      badges,
    }
    const before = standingFor({ ...shown, rules: now })
    const after = standingFor({ ...shown, rules: then })
    return addFinding(found, learner.id, before, after, scope)
  }, known)
}
