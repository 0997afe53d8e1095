import { findBadge, findBadges } from '../badges/badge-store.js'
import type { Badge } from '../badges/badge.js'
import { readNames, type Names } from '../badges/read-badge.js'
import { findSkills } from '../badges/skill-store.js'
import type { Skill } from '../badges/skill.js'
import { paths, to } from '../http/paths.js'
import { notFound } from '../problems.js'
import { factsOf, withdrawnFactsOf } from '../providers/evidence-store.js'
import type { Fact } from '../providers/evidence.js'
import { findTrackVersions } from '../tracks/track-store.js'
import { drawQr, type QrCode } from '../drawing/draw-qr.js'
import type { OpenedCredential } from './open-credential.js'
import { providerNames } from '../credentials/read-sources.js'

/** Everything the page of a credential says. */
export interface CredentialPage extends OpenedCredential {
  readonly badge: Badge
  readonly names: Names
  readonly skills: readonly Skill[]
  /** What the award rests on, latest first. */
  readonly facts: readonly Fact[]
  /** Ids of those that their own issuer has withdrawn since. */
  readonly withdrawn: ReadonlySet<string>
  /** The names of their providers by slug. */
  readonly providers: ReadonlyMap<string, string>
  /** The credential's own address in full. */
  readonly address: string
  readonly qr: QrCode
}

/** What the page of an opened credential needs besides: the badge as it was signed, and the evidence behind it. */
export async function readCredentialPage(
  opened: OpenedCredential,
  baseUrl: string,
): Promise<CredentialPage> {
  const { award, copy } = opened
  const address = `${baseUrl}${to(paths.credential, { id: award.id })}`
  const [badge, all, versions, counting, withdrawn, qr] = await Promise.all([
    findBadge(award.badge, copy.badgeVersion),
    findBadges(),
    findTrackVersions(),
    factsOf(award.learnerId),
    withdrawnFactsOf(award.learnerId),
    drawQr(address),
  ])
  if (!badge) throw notFound()
  const own = new Set(award.facts)
  const rests = [...counting, ...withdrawn].filter(({ id }) => own.has(id))
  const [names, skills, providers] = await Promise.all([
    readNames([badge], all, versions),
    findSkills(badge.skills),
    providerNames(rests.map(({ provider }) => provider)),
  ])
  return {
    ...opened,
    badge,
    names,
    skills,
    facts: rests.sort((a, b) => b.earnedOn.localeCompare(a.earnedOn) || a.id.localeCompare(b.id)),
    withdrawn: new Set(withdrawn.map(({ id }) => id)),
    providers,
    address,
    qr,
  }
}
