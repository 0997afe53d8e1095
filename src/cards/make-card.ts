import { createHmac, randomInt } from 'node:crypto'
import type { Actor } from '../access/actor.js'
import { findOrganization } from '../access/organization-store.js'
import { dayOf } from '../calendar.js'
import { consentsOf } from '../learners/consent-store.js'
import { coverOf } from '../learners/consent.js'
import { discloseTo } from '../learners/disclose-to.js'
import { findLearner } from '../learners/learner-store.js'
import { firstName, type Learner } from '../learners/learner.js'
import { notAllowed, notFound } from '../problems.js'
import { deskOf, desksOf } from '../referrals/desk.js'
import type { World } from '../world.js'
import { newCode } from './card-code.js'
import { putCard } from './card-store.js'
import { cardEnds, neededForCard, usualDays, type Card, type CardDays } from './card.js'

export interface CardAsked {
  /** The name on the card; the first name unless given, '' for none. */
  readonly called?: string | undefined
  readonly days?: CardDays | undefined
}

/** A card just made, with its code, which is told this once. */
export interface MadeCard {
  readonly card: Card
  readonly code: string
}

type CardWorld = Pick<World, 'ports' | 'secrets'>

/** What is kept of a code. Keyed: 46 bits would be tried out by whoever has the database. */
export const hashOfCode = (code: string, secret: string): string =>
  createHmac('sha256', `card codes|${secret}`).update(code).digest('base64url')

/** Makes a learner's own card; the one before works no more. Throws not-allowed to who is no learner. */
export async function makeOwnCard(
  actor: Actor,
  asked: CardAsked,
  world: CardWorld,
): Promise<MadeCard> {
  const learner = actor.learnerId === undefined ? undefined : await findLearner(actor.learnerId)
  if (!learner) throw notAllowed('learners:problem.noLearner')
  return keepNew(learner, asked, undefined, world)
}

/**
 * A learner for whom one of the actor's centers may print a card now, with what the consent covers: the center asked for,
 * else the first that may.
 */
export async function learnerForCard(
  actor: Actor,
  learnerId: string,
  now: Date,
  centerId?: string,
) {
  const seat = deskOf(actor, centerId)
  const learner = await findLearner(learnerId)
  if (!learner) throw notFound('referrals:problem.unknownLearner')
  const consents = await consentsOf(learnerId)
  for (const desk of centerId === undefined ? desksOf(actor) : [seat]) {
    const cover = coverOf(consents, desk.organizationId, dayOf(now))
    if (cover.records.has(neededForCard)) return { learner, desk, cover }
  }
  throw learner.communityId === seat.communityId
    ? notAllowed('cards:problem.noConsent')
    : notFound('referrals:problem.unknownLearner')
}

/**
 * Staff print a card for the learner in front of them, who sees it in the log. Throws not-allowed without a live consent
 * that covers progress, not-found for a learner of another program.
 */
export async function makeCardFor(
  actor: Actor,
  learnerId: string,
  { center: centerId, ...asked }: CardAsked & { readonly center?: string | undefined },
  world: CardWorld,
): Promise<MadeCard> {
  const now = world.ports.now()
  const { learner, desk, cover } = await learnerForCard(actor, learnerId, now, centerId)
  const { organizationId } = desk
  await discloseTo({
    actor,
    organizationId,
    learnerIds: [learnerId],
    records: ['status'],
    basis: 'consent',
    purpose: 'printed card',
    channel: 'view',
    consentIds: new Map([[learnerId, cover.consentIds]]),
    now,
  })
  const center = await findOrganization(organizationId)
  const maker = { id: organizationId, name: center?.name ?? organizationId, by: actor.name }
  return keepNew(learner, asked, maker, world)
}

async function keepNew(
  learner: Learner,
  { called, days = usualDays }: CardAsked,
  center: Card['center'],
  { ports, secrets }: CardWorld,
): Promise<MadeCard> {
  const now = ports.now()
  const code = newCode(randomInt)
  const card: Card = {
    learnerId: learner.id,
    communityId: learner.communityId,
    codeHash: hashOfCode(code, secrets.token),
    calledName: called ?? firstName(learner.name),
    madeAt: now,
    ...(center && { center }),
    expiresOn: cardEnds(dayOf(now), days),
  }
  await putCard(card)
  return { card, code }
}
