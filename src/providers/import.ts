import type { Day } from '../calendar.js'
import type { EvidenceSource } from './evidence.js'

/**
 * One time that evidence was brought in. 'receiving': bytes are still arriving; 'waiting': a large file is stored and
 * nobody works on it; 'running': one process works on it and renews its lease with every commit; 'done'; 'failed': it
 * could not be finished, `failure` says why in words. `dryRun` reads everything and records nothing.
 */
export const importStates = ['receiving', 'waiting', 'running', 'done', 'failed'] as const
export type ImportState = (typeof importStates)[number]

/** Why a row was not recorded; the words are in `providers:refusal.*`. */
export const refusalReasons = [
  'cutOff',
  'tooLong',
  'badQuotes',
  'columns',
  'formula',
  'missing',
  'email',
  'unknownEmail',
  'unknownCourse',
  'day',
  'dayOutOfRange',
  'score',
  'kind',
  'item',
  'otherPerson',
  'forged',
  'withdrawn',
  'expired',
  'notYet',
  'brokenBadge',
  'noName',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** One wrong cell. `row` counts lines of the file as a spreadsheet does: the header is row 1. `field` is the column. */
export interface Refusal {
  readonly row: number
  readonly field: string
  readonly reason: RefusalReason
}

/** What the person should know besides the counts; the words are in `providers:warning.*`. */
export interface ImportWarning {
  readonly key:
    | 'otherProfile'
    | 'noBadges'
    | 'gravatarMatches'
    | 'gravatarDiffers'
    | 'badgeUnsigned'
    | 'badgeUnknownIssuer'
    | 'badgeUnconfirmed'
    | 'badgeNotAsked'
    | 'badgeSelfReported'
    | 'badgeNotYours'
    | 'badgeExport'
    | 'noEmail'
  readonly params: Readonly<Record<string, string | number>>
}

export interface AwardCount {
  readonly badge: string
  readonly count: number
}

/** `refused` holds the first 1,000; all of them are in the import's CSV. `rows` is what the file holds, header not counted. */
export interface Import {
  readonly id: string
  readonly communityId: string
  readonly source: EvidenceSource
  readonly provider: string
  readonly origin: string
  readonly startedBy: string
  readonly organizationId?: string
  readonly learnerId?: string
  readonly fileName?: string
  readonly dryRun: boolean
  readonly state: ImportState
  readonly failure?: string
  readonly rows: number
  readonly read: number
  readonly recorded: number
  readonly alreadyKnown: number
  readonly refusedCount: number
  readonly refused: readonly Refusal[]
  readonly awarded: readonly AwardCount[]
  readonly warnings: readonly ImportWarning[]
  readonly startedAt: Date
  readonly finishedAt?: Date
  readonly startedOn: Day
}

/** What an import has counted before its first row. */
export const emptyImport = {
  rows: 0,
  read: 0,
  recorded: 0,
  alreadyKnown: 0,
  refusedCount: 0,
  refused: [],
  awarded: [],
  warnings: [],
} as const satisfies Partial<Import>

export const refusalsKept = 1_000

/** Up to so many rows the answer waits for the whole import; a larger file is read in the background. */
export const rowsAtOnce = 5_000

/** True once nothing more will change. */
export const isSettled = (state: ImportState): boolean => state === 'done' || state === 'failed'

/** Adds counts per badge; the order is that of the first award of each. */
export function addAwards(
  counts: readonly AwardCount[],
  awardedSlugs: Iterable<string>,
): AwardCount[] {
  const sums = new Map(counts.map(({ badge, count }) => [badge, count]))
  for (const badge of awardedSlugs) sums.set(badge, (sums.get(badge) ?? 0) + 1)
  return [...sums].map(([badge, count]) => ({ badge, count }))
}
