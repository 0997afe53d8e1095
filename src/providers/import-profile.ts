import { createHash } from 'node:crypto'
import type { Actor } from '../access/actor.js'
import { awardBadges } from '../badges/award-badges.js'
import { dayOf } from '../calendar.js'
import { newId } from '../ids.js'
import { linkProfile, type LinkOutcome } from '../learners/link-profile.js'
import { emailKey, type Learner } from '../learners/learner.js'
import type { Ports } from '../ports.js'
import { evidenceOf } from './evidence.js'
import { recordFacts } from './evidence-store.js'
import { addAwards, emptyImport, type Import, type ImportWarning } from './import.js'
import { insertImport } from './import-store.js'
import { learnerOf } from './own-learner.js'
import { readTreehouseProfile, type TreehouseProfile } from './treehouse-profile-input.js'

export interface SentProfile {
  /** The parsed document. */
  readonly document: unknown
  /** True only when Waymark itself read it at the provider: else the picture's hash proves nothing. */
  readonly isFetched: boolean
}

/**
 * Records what a learner's own Treehouse profile says, as self-reported evidence, and awards what it earns. The same again
 * records nothing. A profile under another name than the one linked before is recorded but held, with a warning.
 * Throws a Problem that names what is wrong; then nothing is recorded.
 */
export async function importProfile(
  actor: Actor,
  { document, isFetched }: SentProfile,
  ports: Pick<Ports, 'now'>,
): Promise<Import> {
  const now = ports.now()
  const profile = readTreehouseProfile(document, now)
  const learner = await learnerOf(actor)
  const link = await linkProfile(learner.id, 'treehouse', profile.profileName, now)
  const done = newImport(actor, learner, profile, now)
  const held = link.isConfirmed ? {} : { heldFor: profile.profileName }
  const from = { ...provenance, ...held, origin: done.origin, importId: done.id }
  const { recorded, alreadyKnown } = await recordFacts(
    profile.facts.map((fact) => evidenceOf(fact, { ...from, ...ownerOf(learner) }, now)),
  )
  const awarded = await awardBadges([learner.id], ports)
  const result = {
    ...done,
    recorded: recorded.length,
    alreadyKnown,
    awarded: addAwards([], awarded.get(learner.id) ?? []),
    warnings: warningsFor(profile, link, isFetched ? learner.email : undefined),
    finishedAt: ports.now(),
  }
  await insertImport(result)
  return result
}

const provenance = { source: 'treehouse-profile' } as const

const ownerOf = ({ id, communityId }: Learner) => ({ learnerId: id, communityId })

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

function warningsFor(
  { profileName, facts, gravatarHash }: TreehouseProfile,
  { isConfirmed, linkedBefore }: LinkOutcome,
  email: string | undefined,
): ImportWarning[] {
  const warnings: ImportWarning[] = []
  if (!isConfirmed) {
    const linked = linkedBefore.join(', ')
    warnings.push({ key: 'otherProfile', params: { name: profileName, linked } })
  }
  if (facts.length === 0) warnings.push({ key: 'noBadges', params: {} })
  if (email !== undefined && gravatarHash !== undefined) {
    const isSame = gravatarHash === md5(emailKey(email))
    warnings.push({ key: isSame ? 'gravatarMatches' : 'gravatarDiffers', params: {} })
  }
  return warnings
}

const newImport = (
  actor: Actor,
  learner: Learner,
  profile: TreehouseProfile,
  now: Date,
): Import => ({
  id: newId(),
  communityId: learner.communityId,
  source: 'treehouse-profile',
  provider: 'treehouse',
  origin: profile.profileName,
  startedBy: actor.accountId,
  learnerId: learner.id,
  dryRun: false,
  state: 'done',
  ...emptyImport,
  rows: profile.facts.length,
  read: profile.facts.length,
  startedAt: now,
  startedOn: dayOf(now),
})
