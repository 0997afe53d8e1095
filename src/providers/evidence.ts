import type { Day } from '../calendar.js'

/** From weakest to strongest; an award carries the lowest level it rests on. */
export const evidenceLevels = ['self-reported', 'provider-confirmed', 'signature-verified'] as const
export type EvidenceLevel = (typeof evidenceLevels)[number]

/** How evidence arrived; decides its level. */
export const evidenceSources = [
  'treehouse-profile',
  'roster',
  'webhook',
  'attestation',
  'open-badge',
] as const
export type EvidenceSource = (typeof evidenceSources)[number]

/** What the fact is about: a badge at a provider, a finished course, an assessed exam, an Open Badge of any issuer. */
export const evidenceKinds = ['provider-badge', 'completion', 'exam', 'open-badge'] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

/**
 * One dated fact about a learner, from one source. `item` is the provider's own id: the badge id as a string, the
 * course slug, or the exam slug. `origin` tells sources of one kind apart (the profile name, the organization).
 * Evidence with `heldFor` is recorded but does not count until the learner confirms that profile is theirs. Of an Open
 * Badge `provider` is the issuer's id (`providerName` its name) and `item` the achievement's id.
 */
export interface Evidence {
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly provider: string
  readonly providerName?: string
  readonly kind: EvidenceKind
  readonly item: string
  readonly title: string
  readonly courseSlug?: string
  readonly courseTitle?: string
  readonly earnedOn: Day
  readonly level: EvidenceLevel
  readonly source: EvidenceSource
  readonly origin: string
  readonly score?: number
  readonly attestedBy?: string
  readonly importId?: string
  readonly importRow?: number
  readonly heldFor?: string
  readonly url?: string
  readonly recordedAt: Date
  /** Since when it no longer counts: its issuer took the brought badge back. */
  readonly withdrawnAt?: Date
}

/** The facts the rules read; the rest of Evidence is provenance. */
export type Fact = Pick<
  Evidence,
  | 'id'
  | 'provider'
  | 'providerName'
  | 'kind'
  | 'item'
  | 'title'
  | 'courseSlug'
  | 'earnedOn'
  | 'level'
  | 'score'
>

/**
 * Who a fact is from, for papers and documents that others rely on: by our own names of providers, or the name a verified
 * badge's issuer has here. The name an unverified badge gives its issuer proves nothing: then it is the issuer's id.
 */
export const providerOf = (
  { provider, providerName, level }: Pick<Fact, 'provider' | 'providerName' | 'level'>,
  names: ReadonlyMap<string, string>,
): string =>
  names.get(provider) ?? (level === 'signature-verified' ? providerName : undefined) ?? provider

const rank = (level: EvidenceLevel) => evidenceLevels.indexOf(level)

/** True when `level` is at least as strong as `floor`. */
export const isAtLeast = (level: EvidenceLevel, floor: EvidenceLevel): boolean =>
  rank(level) >= rank(floor)

/** The weakest of the levels; undefined for none. */
export const lowestLevel = (levels: readonly EvidenceLevel[]): EvidenceLevel | undefined =>
  levels.reduce<EvidenceLevel | undefined>(
    (lowest, level) => (lowest === undefined || rank(level) < rank(lowest) ? level : lowest),
    undefined,
  )

/** The level each source gives: only a provider's own word confirms. A badge whose signature held is given its level by the import. */
export const levelOfSource: Readonly<Record<EvidenceSource, EvidenceLevel>> = {
  'treehouse-profile': 'self-reported',
  roster: 'provider-confirmed',
  webhook: 'provider-confirmed',
  attestation: 'provider-confirmed',
  'open-badge': 'self-reported',
}

/**
 * The id of a fact: the same fact from the same origin always has the same id, so recording twice is harmless. It begins
 * with the learner, so that it stays unique when evidence is sharded by learner. An exam may be taken again on another
 * day; anything else is done once.
 */
export const evidenceId = (
  fact: Pick<
    Evidence,
    'learnerId' | 'source' | 'origin' | 'provider' | 'kind' | 'item' | 'earnedOn'
  >,
): string =>
  [
    fact.learnerId,
    fact.source,
    fact.origin,
    fact.provider,
    fact.kind,
    fact.item,
    ...(fact.kind === 'exam' ? [fact.earnedOn] : []),
  ].join('|')

/** What one adapter reads out of what a source sent, before it is known whose it is. */
export type ReportedFact = Pick<
  Evidence,
  | 'provider'
  | 'providerName'
  | 'kind'
  | 'item'
  | 'title'
  | 'courseSlug'
  | 'courseTitle'
  | 'earnedOn'
  | 'score'
  | 'url'
>

/** Where evidence comes from and for whom: what turns a reported fact into evidence. */
export type Provenance = Pick<
  Evidence,
  | 'learnerId'
  | 'communityId'
  | 'source'
  | 'origin'
  | 'importId'
  | 'importRow'
  | 'attestedBy'
  | 'heldFor'
>

/** The evidence that a reported fact is for one learner; its level follows from the source. */
export const evidenceOf = (fact: ReportedFact, from: Provenance, recordedAt: Date): Evidence => ({
  id: evidenceId({ ...from, ...fact }),
  ...fact,
  ...from,
  level: levelOfSource[from.source],
  recordedAt,
})

/** No course or badge is older: an earlier day is a slip of the keyboard. */
const firstDay: Day = '1990-01-01'

/**
 * True when something can have been earned that day. The provider's calendar may be up to a day ahead of the program's,
 * so a day counts as future only when it has not begun in UTC.
 */
export const canBeEarnedOn = (day: Day, now: Date): boolean =>
  day >= firstDay && day <= now.toISOString().slice(0, 10)
