/** Changing the everyday facts of an entry by hand. What the form does not show (other locations, rare HSDS facts) stays. */
import type { Day } from '../calendar.js'
import { zoneOf, type Center } from './center.js'
import { hoursLines, readHours } from './hours-text.js'
import {
  emptyLocation,
  languageCodes,
  listingOf,
  withListing,
  type Accessibility,
  type Address,
  type Language,
  type Listing,
  type Location,
  type Schedule,
  type Service,
} from './listing.js'

/** What staff type. Lists are lines of text; an empty field means unknown. */
export interface EntryForm {
  readonly description?: string | undefined
  readonly email?: string | undefined
  readonly website?: string | undefined
  readonly phone?: string | undefined
  readonly extension?: number | undefined
  readonly address?: string | undefined
  readonly city?: string | undefined
  readonly postalCode?: string | undefined
  readonly transportation?: string | undefined
  readonly languages: readonly string[]
  readonly accessibility?: string | undefined
  readonly hours?: string | undefined
  readonly services?: string | undefined
  readonly zone: string
  readonly accepting: boolean
  readonly acceptingUntil?: Day | undefined
  /** That the person has checked the facts today. */
  readonly confirmed: boolean
  readonly version: number
}

const linesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const given = <T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

const without = <T extends object, K extends keyof T>(
  thing: T,
  ...keys: readonly K[]
): Omit<T, K> =>
  Object.fromEntries(Object.entries(thing).filter(([key]) => !keys.includes(key as K))) as Omit<
    T,
    K
  >

/** The form as it starts: the entry as it stands. */
export function formOf(center: Center): EntryForm {
  const listing = listingOf(center)
  const [main] = listing.locations
  const [place] = main?.addresses ?? []
  const [phone] = listing.phones
  return {
    description: listing.description,
    email: listing.email,
    website: listing.website,
    phone: phone?.number,
    extension: phone?.extension,
    address: place?.address_1,
    city: place?.city,
    postalCode: place?.postal_code,
    transportation: main?.transportation,
    languages: languageCodes({ ...listing, services: [], locations: main ? [main] : [] }),
    accessibility: (main?.accessibility ?? [])
      .flatMap(({ description }) => description ?? [])
      .join('\n'),
    hours: hoursLines(main?.schedules ?? []).join('\n'),
    services: listing.services.map(serviceLine).join('\n'),
    zone: zoneOf(center),
    accepting: center.acceptingReferrals,
    acceptingUntil: center.acceptingUntil,
    confirmed: false,
    version: center.version ?? 0,
  }
}

const serviceLine = ({ name, description }: Service) =>
  description === undefined ? name : `${name} | ${description.replace(/\s+/g, ' ')}`

/** The entry with what was typed. `today` becomes the day of verification when the person says they checked. */
export function edited(center: Center, form: EntryForm, today: Day): Center {
  const listing = listingOf(center)
  const [first, ...others] = listing.locations
  const main = mainWith(first ?? emptyLocation(center.id), form, center)
  const isEmpty = first === undefined && isNothing(main)
  const next: Listing = {
    ...without(listing, 'description', 'email', 'website'),
    ...given({ description: form.description, email: form.email, website: form.website }),
    phones: phonesWith(listing, form, center.id),
    locations: isEmpty ? [] : [main, ...others],
    services: servicesWith(listing, form, center.id),
  }
  return {
    ...without(withListing(center, next), 'acceptingUntil', 'verifiedOn', 'zone'),
    ...given({ acceptingUntil: form.acceptingUntil }),
    ...given({ verifiedOn: form.confirmed ? today : center.verifiedOn }),
    zone: form.zone,
    acceptingReferrals: form.accepting,
  }
}

const isNothing = ({ addresses, languages, accessibility, schedules, transportation }: Location) =>
  [addresses, languages, accessibility, schedules].every((list) => list.length === 0) &&
  transportation === undefined

function mainWith(main: Location, form: EntryForm, center: Center): Location {
  return {
    ...without(main, 'transportation'),
    ...given({ transportation: form.transportation }),
    addresses: addressesWith(main, form, center),
    languages: languagesWith(main.languages, form.languages, main.id),
    accessibility: accessibilityWith(main, form),
    schedules: hoursWith(main, form),
  }
}

const hoursWith = (main: Location, form: EntryForm): Schedule[] => {
  const typed = readHours(form.hours ?? '', main.id).rows
  const lines = typed.map((row) => hoursLines([row])[0] ?? '')
  const newId = idsBeside(main.schedules, `${main.id}-h`)
  return merged<Schedule>(
    main.schedules,
    (row) => hoursLines([row])[0],
    lines,
    (_line, at) => ({ ...(typed[at] as Schedule), id: newId() }),
  )
}

function addressesWith(main: Location, form: EntryForm, center: Center): Address[] {
  const [first, ...others] = main.addresses
  const facts = given({ address_1: form.address, city: form.city, postal_code: form.postalCode })
  const kept = first && without(first, 'address_1', 'city', 'postal_code')
  const saidNothing = Object.keys(kept ?? {}).length === Object.keys(first ?? {}).length
  if (Object.keys(facts).length === 0) return saidNothing ? main.addresses.slice() : others
  const basis = kept ?? {
    id: main.id,
    state_province: center.state,
    country: 'US',
    address_type: 'physical' as const,
  }
  return [{ ...basis, ...facts }, ...others]
}

/** Ids for new rows that none of the old ones has, kept or not. */
function idsBeside(old: readonly { readonly id: string }[], stem: string): () => string {
  const taken = new Set(old.map(({ id }) => id))
  let last = 0
  return () => {
    do last += 1
    while (taken.has(`${stem}${last}`))
    return `${stem}${last}`
  }
}

/** The rows that were not touched stay where they stand; new ones come after them. */
function merged<T>(
  old: readonly T[],
  keyOf: (row: T) => string | undefined,
  keys: readonly string[],
  make: (key: string, at: number) => T,
): T[] {
  const kept = old.filter((row) => {
    const key = keyOf(row)
    return key === undefined || keys.includes(key)
  })
  const known = new Set(kept.map(keyOf))
  return [...kept, ...keys.flatMap((key, at) => (known.has(key) ? [] : [make(key, at)]))]
}

const languagesWith = (old: readonly Language[], codes: readonly string[], id: string) =>
  merged<Language>(
    old,
    ({ code }) => code?.toLowerCase(),
    codes,
    (code) => ({ id: `${id}-${code}`, code }),
  )

function accessibilityWith({ id, accessibility }: Location, form: EntryForm) {
  const newId = idsBeside(accessibility, `${id}-a`)
  return merged<Accessibility>(
    accessibility,
    ({ description }) => description,
    linesOf(form.accessibility),
    (description) => ({ id: newId(), description }),
  )
}

function phonesWith({ phones }: Listing, { phone, extension }: EntryForm, id: string) {
  const [first, ...others] = phones
  if (phone === undefined) return others
  const basis = first ? without(first, 'extension') : { id }
  return [{ ...basis, number: phone, ...given({ extension }) }, ...others]
}

const serviceIn = (line: string) => {
  const [name = '', ...rest] = line.split('|').map((part) => part.trim())
  return { name, description: rest.join(' | ') || undefined }
}

/**
 * A line is a service by name, with words after a bar; a known name keeps its other facts. Each known service answers to one
 * line: two may have one name, at two places or with other hours.
 */
function servicesWith({ services }: Listing, form: EntryForm, id: string): Service[] {
  const left = [...services]
  const take = (fits: (one: Service) => boolean) => {
    const at = left.findIndex(fits)
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
  const newId = idsBeside(services, `${id}-s`)
  const lines = linesOf(form.services).map((line) => ({
    line,
    same: take((one) => serviceLine(one) === line),
  }))
  return lines.map(({ line, same }) => {
    if (same) return same
    const { name, description } = serviceIn(line)
    const old = take((one) => one.name === name)
    const basis = old ? without(old, 'description') : newService(newId(), name, id)
    return { ...basis, ...given({ description }) }
  })
}

const newService = (id: string, name: string, locationId: string): Service => ({
  id,
  name,
  status: 'active',
  languages: [],
  phones: [],
  schedules: [],
  location_ids: [locationId],
})
