import { awardBadges } from '../badges/award-badges.js'
import { BadgeFileError } from '../credentials/badge-file.js'
import { newId } from '../ids.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import { paths } from '../http/paths.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { askStatusAgain } from '../verification/ask-status-again.js'
import type { StatusWorld } from '../verification/check-status.js'
import { findIssuerKey } from '../verification/find-issuer-key.js'
import { readerFor, type ReadAddress } from '../verification/read-address.js'
import type { World } from '../world.js'
import { askAgainAt } from './brought-badge.js'
import { dueBroughtBadges, noteAsked, type BroughtBadge } from './brought-badge-store.js'
import { markFactWithdrawn } from './evidence-store.js'

interface Run {
  readonly world: Pick<World, 'config' | 'ports'>
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
  /** How addresses are read; as configured unless a test says so. */
  readonly read?: ReadAddress
}

const batch = 20

/**
 * Asks the issuers of brought badges once a day whether these still count. A badge its issuer took back stops counting as
 * evidence and its learner is told; it counts again when the issuer lifts that. What can't be asked changes nothing.
 */
export async function checkBroughtBadges({ world, signal, touch, read }: Run): Promise<void> {
  for (;;) {
    const now = world.ports.now()
    const due = signal.aborted ? [] : await dueBroughtBadges(now, batch)
    if (due.length === 0) return
    const status = { findKey: findIssuerKey, read: read ?? readerFor(world.config), now }
    for (const badge of due) {
      const said = await askIssuer(badge, status)
      await settle(badge, said ?? badge.state, now)
    }
    await touch()
  }
}

/** What the issuer says of a badge; undefined when it can't be asked. */
async function askIssuer(
  { text }: BroughtBadge,
  world: StatusWorld,
): Promise<BroughtBadge['state'] | undefined> {
  try {
    const { outcome, why } = await askStatusAgain(text, world)
    if (outcome === 'pass') return 'good'
    return outcome === 'fail' && why === 'revoked' ? 'withdrawn' : undefined
  } catch (error) {
    if (error instanceof BadgeFileError) return undefined
    throw error
  }
}

/** The evidence first, so that a run that dies is made good: only then is the badge noted as asked. */
async function settle(badge: BroughtBadge, state: BroughtBadge['state'], now: Date): Promise<void> {
  const isChange = state !== badge.state
  if (isChange) {
    await markFactWithdrawn(badge.id, state === 'withdrawn' ? now : undefined)
    await awardBadges([badge.learnerId], { now: () => now })
  }
  const mails = isChange && state === 'withdrawn' ? await mailsFor(badge) : []
  await noteAsked(badge, { state, checkAt: askAgainAt(now) }, mails)
}

async function mailsFor({ learnerId, title }: BroughtBadge): Promise<OutboxEntry[]> {
  const [learner] = await findLearnersByIds([learnerId])
  if (learner?.email === undefined) return []
  const { email, name, language } = learner
  const params = { badge: title, path: paths.bringBadge }
  return [{ id: newId(), template: 'broughtBadgeWithdrawn', to: { email, name, language }, params }]
}
