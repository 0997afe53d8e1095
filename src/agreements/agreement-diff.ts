import type { Agreement } from './agreement.js'

/** The fields of an agreement a reader compares, in the order of the page. */
export const comparedFields = [
  'course',
  'courseTitle',
  'credits',
  'badges',
  'lowestLevel',
  'maxAgeMonths',
  'mayShareBadges',
  'fills',
  'conditions',
  'catalogYear',
  'advisory',
  'from',
  'to',
  'decidedBy',
  'note',
  'internalNote',
  'retired',
] as const
export type ComparedField = (typeof comparedFields)[number]

export interface AgreementChange {
  readonly field: ComparedField
  readonly before: Agreement | undefined
  readonly after: Agreement
}

const said = (agreement: Agreement | undefined, field: ComparedField): unknown => {
  if (!agreement) return undefined
  if (field === 'credits') return [agreement.credits, agreement.unit]
  if (field === 'badges')
    return [[...agreement.badges.of].sort(), agreement.badges.atLeast ?? agreement.badges.of.length]
  if (field === 'advisory' || field === 'retired' || field === 'mayShareBadges')
    return agreement[field] === true
  return agreement[field]
}

/** The fields in which `after` differs from `before`; for a first version those it fills. */
export const changesOf = (before: Agreement | undefined, after: Agreement): AgreementChange[] =>
  comparedFields
    .filter((field) => JSON.stringify(said(before, field)) !== JSON.stringify(said(after, field)))
    .filter((field) => before !== undefined || said(after, field) !== false)
    .map((field) => ({ field, before, after }))

/** True when two versions promise the same, whatever their dates, decider and internal note. */
export const isSamePromise = (one: Agreement, other: Agreement): boolean =>
  changesOf(one, other).every(({ field }) => field === 'decidedBy' || field === 'internalNote')
