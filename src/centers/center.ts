import { addMonths, type Day } from '../calendar.js'
import { languageCodes, type Listing } from './listing.js'
import { fold } from '../fold.js'

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
  /** The last day on which it takes referrals, where it takes them for a time only. */
  readonly acceptingUntil?: Day
  /** IANA name of the clock on its wall; the program's own where it is absent. */
  readonly zone?: string
  /** The whole entry; absent where nothing is known but the short facts above. */
  readonly listing?: Listing
  /** Counts the changes of the entry, so that two people changing it at once are told. */
  readonly version?: number
}

/** The clock the center's hours and appointments are told by. */
export const zoneOf = ({ zone }: Pick<Center, 'zone'>): string => zone ?? 'America/Los_Angeles'

/** Whether it takes referrals on a day: it does so until its last day, that day included. */
export const takesReferrals = (
  { acceptingReferrals, acceptingUntil }: Pick<Center, 'acceptingReferrals' | 'acceptingUntil'>,
  today: Day,
): boolean => acceptingReferrals && (acceptingUntil === undefined || today <= acceptingUntil)

const monthsVerified = 6

/** An entry nobody has confirmed for six months, or ever: readers are told to call first. */
export const isStale = ({ verifiedOn }: Pick<Center, 'verifiedOn'>, today: Day): boolean =>
  verifiedOn === undefined || addMonths(verifiedOn, monthsVerified) < today

/** Lower-case words without accents; what the directory is searched by. */
export const searchWords = (text: string): string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/**
 * The words of a search that the directory can be searched by. It holds beginnings of two letters or more: a single letter
 * (Coeur d'Alene, empleo y carrera) says nothing, unless it is all there is.
 */
export function askedWords(text: string): string[] {
  const words = searchWords(text)
  const telling = words.filter((word) => word.length > 1)
  return telling.length > 0 ? telling : words
}

const beginningsOf = (text: string): string[] =>
  searchWords(text).flatMap((word) =>
    Array.from({ length: Math.max(word.length - 1, 0) }, (_, cut) => word.slice(0, cut + 2)),
  )

/** The keys of an asked-for language and of words of a service, as the index of the directory holds them. */
export const languageKey = (code: string): string => `l:${code.toLowerCase()}`
export const serviceKeys = (text: string): string[] => askedWords(text).map((word) => `s:${word}`)

/**
 * What an entry is found by: every beginning, of two letters or more, of every word of its name and cities; of its
 * services' names (marked `s:`); and its languages (marked `l:`).
 */
export function searchBeginnings(center: Pick<Center, 'name' | 'city' | 'listing'>): string[] {
  const { locations = [], services = [] } = center.listing ?? {}
  const cities = locations.flatMap(({ addresses }) => addresses.map(({ city }) => city ?? ''))
  const offered = services.filter(({ status }) => status === 'active')
  return [
    ...new Set([
      ...beginningsOf([center.name, center.city ?? '', ...cities].join(' ')),
      ...beginningsOf(offered.map(({ name }) => name).join(' ')).map((word) => `s:${word}`),
      ...(center.listing ? languageCodes(center.listing) : []).map(languageKey),
    ]),
  ]
}
