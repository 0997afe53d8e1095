import { organizationsOf, type Actor } from '../access/actor.js'
import type { Ports } from '../ports.js'
import { Problem } from '../problems.js'
import { gainsOfMany } from './gain-store.js'
import { openGains, type OpenedGains } from './record-gain.js'
import { ownEntry, type SeenGain, type SkillGain } from './skill-gain.js'

/** `opened` only while the learner lets staff see the evidence; else the gains are what their centers wrote. */
export interface SeenGains {
  readonly gains: readonly SeenGain[]
  readonly opened?: OpenedGains
}

/** The gains of a learner that staff of the actor's centers recorded. */
export async function gainsByOwnCenters(actor: Actor, learnerId: string): Promise<SkillGain[]> {
  const centers = organizationsOf(actor, 'staff')
  const gains = (await gainsOfMany([learnerId])).get(learnerId) ?? []
  return gains.filter(({ centerId }) => centerId !== undefined && centers.includes(centerId))
}

/**
 * A learner's gains as far as this person may see them: with their evidence as openGains has it, disclosed; without the
 * learner's leave only what their own centers recorded, cut to what they wrote themselves, which is no reading of a record.
 * Throws as openGains where there is neither.
 */
export async function seeGains(
  actor: Actor,
  learnerId: string,
  ports: Pick<Ports, 'now'>,
): Promise<SeenGains> {
  try {
    const opened = await openGains(actor, learnerId, ports)
    return { gains: opened.gains, opened }
  } catch (thrown) {
    const own = thrown instanceof Problem ? await gainsByOwnCenters(actor, learnerId) : []
    if (own.length === 0) throw thrown
    return { gains: own.map(ownEntry) }
  }
}
