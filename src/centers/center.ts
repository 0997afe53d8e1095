import type { Day } from '../calendar.js'

/** `current`: read in a named source. `unconfirmed`: named, not read. `historical`: no longer open under that name. */
export const centerStatuses = ['current', 'unconfirmed', 'historical'] as const
export type CenterStatus = (typeof centerStatuses)[number]

/**
 * What the directory knows about one job center; `id` is its organization's id. An absent address, city or phone means
 * nobody has found it, and pages say so: it is never guessed. `asOf` is as exact as the source: a year, month or day.
 */
export interface Center {
  readonly id: string
  readonly communityId: string
  readonly slug: string
  readonly name: string
  readonly operator?: string
  readonly address?: string
  readonly city?: string
  readonly state: string
  readonly postalCode?: string
  readonly phone?: string
  readonly url?: string
  readonly board: string
  readonly status: CenterStatus
  readonly statusNote?: string
  readonly note?: string
  readonly asOf?: string
  readonly verifiedOn?: Day
  readonly source: string
  readonly acceptingReferrals: boolean
}

/** Lower-case words without accents; what the directory is searched by. */
export const searchWords = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** Every beginning, of two letters or more, of every word of the center's name and city. */
export function searchBeginnings(center: Pick<Center, 'name' | 'city'>): string[] {
  const words = searchWords(`${center.name} ${center.city ?? ''}`)
  const beginnings = words.flatMap((word) =>
    Array.from({ length: Math.max(word.length - 1, 0) }, (_, cut) => word.slice(0, cut + 2)),
  )
  return [...new Set(beginnings)]
}
