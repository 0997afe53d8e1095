/**
 * What the directory says of a job center, in the words of Open Referral's Human Services Data Specification (HSDS 3.0):
 * the organization's phones, the locations it works at, and the services offered there. Field names are HSDS's own, so
 * that what goes out and comes in needs no translation. A fact that is not there is unknown; nothing is filled in.
 * Source: openreferral/specification, branch 3.0, schema/*.json.
 */
import type { Day } from '../calendar.js'
import type { Center } from './center.js'

export const locationTypes = ['physical', 'postal', 'virtual'] as const
export const serviceStatuses = ['active', 'inactive', 'defunct', 'temporarily closed'] as const
export const frequencies = ['WEEKLY', 'MONTHLY'] as const
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]

export interface Phone {
  readonly id: string
  readonly number: string
  readonly extension?: number
  readonly type?: string
  readonly description?: string
}

/** `code` is ISO 639-1 where it is known. */
export interface Language {
  readonly id: string
  readonly name?: string
  readonly code?: string
  readonly note?: string
}

export interface Accessibility {
  readonly id: string
  readonly description?: string
  readonly details?: string
  readonly url?: string
}

/** HSDS asks for street, city and postal code; here each may be unknown, and an export says so (hsds.ts). */
export interface Address {
  readonly id: string
  readonly address_1?: string
  readonly address_2?: string
  readonly city?: string
  readonly state_province: string
  readonly postal_code?: string
  readonly country: string
  readonly address_type: (typeof locationTypes)[number]
}

/** One span of opening; `opens_at` and `closes_at` are `HH:MM` by the center's clock. opening.ts says how rows combine. */
export interface Schedule {
  readonly id: string
  readonly freq?: (typeof frequencies)[number]
  readonly byday?: string
  readonly bymonthday?: string
  /** Every second week and so on; `count`, how often at all; `byweekno`, in which weeks of the year. */
  readonly interval?: number
  readonly count?: number
  readonly byweekno?: string
  readonly wkst?: Weekday
  readonly opens_at?: string
  readonly closes_at?: string
  readonly dtstart?: Day
  readonly until?: Day
  readonly valid_from?: Day
  readonly valid_to?: Day
  readonly description?: string
  readonly attending_type?: string
  readonly schedule_link?: string
  readonly notes?: string
}

export interface Location {
  readonly id: string
  readonly location_type: (typeof locationTypes)[number]
  readonly name?: string
  readonly description?: string
  readonly url?: string
  readonly latitude?: number
  readonly longitude?: number
  readonly transportation?: string
  readonly addresses: readonly Address[]
  readonly languages: readonly Language[]
  readonly accessibility: readonly Accessibility[]
  readonly phones: readonly Phone[]
  readonly schedules: readonly Schedule[]
}

/** `location_ids`: where it is offered, HSDS's service_at_location. */
export interface Service {
  readonly id: string
  readonly name: string
  readonly status: (typeof serviceStatuses)[number]
  readonly description?: string
  readonly url?: string
  readonly email?: string
  readonly application_process?: string
  readonly eligibility_description?: string
  readonly minimum_age?: number
  readonly maximum_age?: number
  readonly wait_time?: string
  readonly fees_description?: string
  readonly interpretation_services?: string
  readonly alert?: string
  readonly languages: readonly Language[]
  readonly phones: readonly Phone[]
  readonly schedules: readonly Schedule[]
  readonly location_ids: readonly string[]
}

/** The first location is the main one: its address, hours and languages head the entry. */
export interface Listing {
  readonly description?: string
  readonly email?: string
  readonly website?: string
  readonly phones: readonly Phone[]
  readonly locations: readonly Location[]
  readonly services: readonly Service[]
}

type Headline = Pick<Center, 'address' | 'city' | 'postalCode' | 'phone' | 'url'> & {
  readonly state?: string
}

/** The facts as the short entry holds them: what a center without a listing of its own still says. */
function listingFrom(center: Center): Listing {
  const { id, address, city, state, postalCode, phone, url } = center
  const known = address !== undefined || city !== undefined || postalCode !== undefined
  const place: Address = {
    id,
    ...(address !== undefined && { address_1: address }),
    ...(city !== undefined && { city }),
    state_province: state,
    ...(postalCode !== undefined && { postal_code: postalCode }),
    country: 'US',
    address_type: 'physical',
  }
  return {
    ...(url !== undefined && { website: url }),
    phones: phone === undefined ? [] : [{ id, number: phone }],
    locations: known ? [{ ...emptyLocation(id), addresses: [place] }] : [],
    services: [],
  }
}

/** A physical location of which nothing is known yet. */
export const emptyLocation = (id: string): Location => ({
  id,
  location_type: 'physical',
  addresses: [],
  languages: [],
  accessibility: [],
  phones: [],
  schedules: [],
})

/** The whole entry of a center. */
export const listingOf = (center: Center): Listing => center.listing ?? listingFrom(center)

/** The main address: of the first physical location that has one, else of any. */
export function mainAddress({ locations }: Listing): Address | undefined {
  const found = locations.flatMap(({ addresses }) => addresses)
  return found.find((one) => one.address_type === 'physical') ?? found[0]
}

/** The short facts that lists and old contracts show, read off the entry. */
export function headlineOf(listing: Listing): Headline {
  const place = mainAddress(listing)
  const [phone] = [...listing.phones, ...listing.locations.flatMap(({ phones }) => phones)]
  return {
    ...(place?.address_1 !== undefined && { address: place.address_1 }),
    ...(place?.city !== undefined && { city: place.city }),
    ...(place !== undefined && { state: place.state_province }),
    ...(place?.postal_code !== undefined && { postalCode: place.postal_code }),
    ...(phone !== undefined && { phone: phone.number }),
    ...(listing.website !== undefined && { url: listing.website }),
  }
}

const headlines = ['address', 'city', 'postalCode', 'phone', 'url'] as const

/** The center with another entry; its short facts follow from it, so the two never disagree. */
export function withListing(center: Center, listing: Listing): Center {
  const kept = Object.fromEntries(
    Object.entries(center).filter(([key]) => !(headlines as readonly string[]).includes(key)),
  ) as unknown as Center
  return { ...kept, ...headlineOf(listing), listing }
}

/** Every language spoken at any location or in any service, as codes, in order of first mention. */
export const languageCodes = ({ locations, services }: Listing): string[] => [
  ...new Set(
    [...locations, ...services].flatMap(({ languages }) =>
      languages.flatMap(({ code }) => (code === undefined ? [] : [code.toLowerCase()])),
    ),
  ),
]

/** When the center is open: the schedules of its main location, else of its services. */
export function hoursOf({ locations, services }: Listing): readonly Schedule[] {
  const ofPlace = locations.find(({ schedules }) => schedules.length > 0)?.schedules
  return ofPlace ?? services.flatMap(({ schedules }) => schedules)
}
