import { awardBadges } from '../badges/award-badges.js'
import { BadgeFileError } from '../credentials/badge-file.js'
import { newId } from '../ids.js'
import { findLearnersByIds } from '../learners/learner-store.js'
import { paths } from '../http/paths.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { askStatusAgain } from '../verification/ask-status-again.js'
import type { StatusWorld } from '../verification/check-status.js'
import { findIssuerKey } from '../verification/find-issuer-key.js'
import { readBadgeText } from '../verification/read-badge-file.js'
import { readerFor, type ReadAddress } from '../verification/read-address.js'
import { verifyCredential } from '../verification/verify-credential.js'
import type { World } from '../world.js'
import { askAgainAt, broughtFrom, tryAgainAt } from './brought-badge.js'
import { dueBroughtBadges, noteAsked, type BroughtBadge } from './brought-badge-store.js'
import { markFactWithdrawn, raiseFacts, verifiedAmong } from './evidence-store.js'

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
 * evidence and its learner is told; it counts again when the issuer lifts that. A badge whose issuer could not be asked when
 * it was brought counts as verified once the issuer was, also when it was withdrawn between. What can't be asked changes
 * nothing.
 */
export async function checkBroughtBadges({ world, signal, touch, read }: Run): Promise<void> {
  for (;;) {
    const now = world.ports.now()
    const due = signal.aborted ? [] : await dueBroughtBadges(now, batch)
    if (due.length === 0) return
    const status = { findKey: findIssuerKey, read: read ?? readerFor(world.config), now }
    const verified = await verifiedAmong(due.map(({ id }) => id))
    for (const badge of due) {
      const asked = { ...badge, isVerified: verified.has(badge.id) }
      const said = await answerFor(asked, status)
      await settle(asked, said ?? badge.state, world)
    }
    await touch()
  }
}

type State = BroughtBadge['state']

interface AskedBadge extends BroughtBadge {
  /** Whether every check of it passed once: if not, its status alone does not make it good. */
  readonly isVerified: boolean
}

/** What the issuer says of a badge; undefined when it can't be asked. */
async function answerFor(badge: AskedBadge, world: StatusWorld): Promise<State | undefined> {
  try {
    if (badge.state === 'unconfirmed') return await checkWhole(badge, world)
    const said = await ask(badge, world)
    return said === 'good' && !badge.isVerified ? 'unconfirmed' : said
  } catch (error) {
    if (error instanceof BadgeFileError) return undefined
    throw error
  }
}

async function ask({ text }: BroughtBadge, world: StatusWorld): Promise<State | undefined> {
  const { outcome, why } = await askStatusAgain(text, world)
  if (outcome === 'pass') return 'good'
  return outcome === 'fail' && why === 'revoked' ? 'withdrawn' : undefined
}

/** As when it was brought: every check, for the learner's confirmed address. */
async function checkWhole(
  { learnerId, text }: BroughtBadge,
  world: StatusWorld,
): Promise<State | undefined> {
  const [learner] = await findLearnersByIds([learnerId])
  const found = await verifyCredential(readBadgeText(text), { ...world, recipient: learner?.email })
  const brought = broughtFrom(found, world.now)
  if ('reason' in brought) return brought.reason === 'withdrawn' ? 'withdrawn' : undefined
  return brought.level === 'signature-verified' ? 'good' : undefined
}

/** The evidence first, so that a run that dies is made good: only then is the badge noted as asked. */
async function settle(
  badge: AskedBadge,
  state: State,
  { config, ports }: Run['world'],
): Promise<void> {
  const now = ports.now()
  if (state === badge.state) {
    const isWaiting = state === 'unconfirmed'
    const checkAt = isWaiting ? tryAgainAt(now, config.providerFetch) : askAgainAt(now)
    await noteAsked(badge, { state, checkAt }, [])
    return
  }
  const isConfirmed = badge.state === 'unconfirmed' && state === 'good'
  if (isConfirmed) await raiseFacts([badge.id], 'signature-verified')
  else await markFactWithdrawn(badge.id, state === 'withdrawn' ? now : undefined)
  await awardBadges([badge.learnerId], { now: () => now })
  const template = isConfirmed
    ? 'broughtBadgeConfirmed'
    : state === 'withdrawn'
      ? 'broughtBadgeWithdrawn'
      : undefined
  const mails = template === undefined ? [] : await mailsFor(badge, template)
  // One that waits to be confirmed again can be at once: its issuer answers now.
  const checkAt = state === 'unconfirmed' ? now : askAgainAt(now)
  await noteAsked(badge, { state, checkAt }, mails)
}

async function mailsFor(
  { learnerId, title }: BroughtBadge,
  template: string,
): Promise<OutboxEntry[]> {
  const [learner] = await findLearnersByIds([learnerId])
  if (learner?.email === undefined) return []
  const { email, name, language } = learner
  const params = { badge: title, path: paths.bringBadge }
  return [{ id: newId(), template, to: { email, name, language }, params }]
}
