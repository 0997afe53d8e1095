import { awardsOfMany, countHolders, findAwardPage } from '../badges/award-store.js'
import type { Award } from '../badges/badge.js'
import { dayOf } from '../calendar.js'
import type { Ports } from '../ports.js'
import { versionsOf } from './agreement-store.js'
import type { Agreement } from './agreement.js'
import {
  advanceEffect,
  beginEffect,
  dropEffect,
  effectIdOf,
  findEffect,
  findUnfinishedEffect,
  type EffectCount,
} from './effect-store.js'
import { addEffects, comparedOn, effectOn, noEffects, rarestOf } from './effect.js'
import { findProposal } from './proposal-store.js'
import { versionOf, type Proposal } from './proposal.js'

const batch = 500
/** Up to so many holders are looked at before the page is answered; more are counted by the background job. */
const atOnce = 1_000

/** The badges whose holders may be touched: of every version's set the rarest, so that few need be looked at. */
async function badgesToAsk(communityId: string, versions: readonly Agreement[]) {
  const sets = versions.filter(({ retired }) => !retired).map(({ badges }) => badges)
  const slugs = [...new Set(sets.flatMap(({ of }) => of))]
  const counts = await Promise.all(slugs.map((badge) => countHolders(communityId, badge)))
  const holders = new Map(slugs.map((slug, index) => [slug, counts[index] ?? 0]))
  const badges = [...new Set(sets.flatMap((set) => rarestOf(set, holders)))]
  return { badges, total: badges.reduce((sum, slug) => sum + (holders.get(slug) ?? 0), 0) }
}

/**
 * The count of whom this revision of a proposal touches. The first call begins it and, when few people hold the badges,
 * finishes it; else it comes back unfinished for the background job, with what was found so far.
 */
export async function effectOf(
  proposal: Proposal,
  ports: Pick<Ports, 'now'>,
): Promise<EffectCount | undefined> {
  const id = effectIdOf(proposal.id, proposal.revision)
  const known = await findEffect(id)
  if (known) return known
  const now = ports.now()
  const next = versionOf(proposal)
  const earlier = await versionsOf([proposal.series])
  const { badges, total } = await badgesToAsk(proposal.communityId, [...earlier, next])
  const begun: EffectCount = {
    id,
    proposalId: proposal.id,
    revision: proposal.revision,
    on: comparedOn(next, dayOf(now)),
    badges,
    at: 0,
    looked: 0,
    total,
    counts: noEffects,
    state: 'counting',
    startedAt: now,
  }
  await beginEffect(begun)
  if (total <= atOnce) await countOn(begun, ports, new AbortController().signal)
  return findEffect(id)
}

interface Counting {
  readonly world: { readonly ports: Pick<Ports, 'now'> }
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

/** Goes on with every unfinished count; after a stop or crash from the last batch done. */
export async function measureEffects({ world, signal, touch }: Counting): Promise<void> {
  for (;;) {
    const effect = await findUnfinishedEffect()
    if (!effect || signal.aborted) return
    await countOn(effect, world.ports, signal, touch)
  }
}

async function countOn(
  effect: EffectCount,
  ports: Pick<Ports, 'now'>,
  signal: AbortSignal,
  touch?: () => Promise<void>,
): Promise<void> {
  const proposal = await findProposal(effect.proposalId)
  if (proposal?.revision !== effect.revision) {
    await dropEffect(effect.id)
    return
  }
  const next = versionOf(proposal)
  const earlier = (await versionsOf([proposal.series])).filter(({ id }) => id !== next.id)
  let current: EffectCount | undefined = effect
  while (current?.state === 'counting' && !signal.aborted) {
    await countBatch(current, proposal.communityId, earlier, next, ports)
    await touch?.()
    current = await findEffect(effect.id)
  }
}

async function countBatch(
  effect: EffectCount,
  communityId: string,
  earlier: readonly Agreement[],
  next: Agreement,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  const badge = effect.badges[effect.at]
  if (badge === undefined) {
    await advanceEffect(effect, { ...effect, state: 'done', finishedAt: ports.now() })
    return
  }
  const of = { communityId, badge, state: 'live' } as const
  const rows = await findAwardPage(of, batch, effect.after)
  const held = await awardsOfMany(rows.map(({ learnerId }) => learnerId))
  const before = effect.badges.slice(0, effect.at)
  const isSeen = (awards: readonly Award[]) => awards.some((one) => before.includes(one.badge))
  const fresh = [...held.values()].filter((awards) => !isSeen(awards))
  const found = fresh.map((awards) => effectOn(awards, earlier, next, effect.on))
  const last = rows.length === batch ? rows.at(-1) : undefined
  await advanceEffect(effect, {
    at: last ? effect.at : effect.at + 1,
    ...(last && { after: { awardedOn: last.awardedOn, id: last.id } }),
    looked: effect.looked + rows.length,
    counts: addEffects(effect.counts, found),
  })
}
