import { z } from 'zod'
import { isDay } from '../calendar.js'
import { idText } from '../http/parse.js'
import { centerStatuses } from './center.js'
import { faultsOf } from './opening.js'
import * as words from './listing.js'
import { isZone } from './zone.js'

const emptyIsNone = <T extends z.ZodType>(schema: T) =>
  z.preprocess((raw) => (raw === '' || raw === null ? undefined : raw), schema.optional())
const many = <T extends z.ZodType>(schema: T, most: number) =>
  z.preprocess((raw) => raw ?? [], z.array(schema).max(most))

/** A list that may not be there at all, which says nothing; one that is empty, or null, says that there are none. */
const manyOrUntold = <T extends z.ZodType>(schema: T, most: number) =>
  z.preprocess((raw) => (raw === null ? [] : raw), z.array(schema).max(most).optional())

/** Text of one line: runs of blanks become one, so that it reads the same in a cell and on a page. */
const oneLine = (max: number) =>
  z
    .string()
    .transform((text) => text.replace(/\s+/g, ' ').trim())
    .pipe(z.string().min(1).max(max))
const prose = (max: number) => z.string().trim().min(1).max(max)
const line = emptyIsNone(oneLine(500))
const text = emptyIsNone(prose(4000))
const email = emptyIsNone(z.email().max(200))
const url = emptyIsNone(z.url({ protocol: /^https?$/ }).max(500))
const day = emptyIsNone(z.string().refine(isDay, 'http:field.notADate'))
const number = emptyIsNone(z.number())
/**
 * A time on the wall of the center. HSDS would have its offset from UTC behind it (`09:00-05:00`), which we leave out, since
 * it changes with the season and the zone is known; `Z` is refused: no wall is in UTC.
 */
const time = emptyIsNone(
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?([+-]\d\d:\d\d)?$/, 'centers:field.time')
    .transform((value) => value.slice(0, 5)),
)

/** Leaves undefined facts out, so that what is unknown is not there. */
const known = <T extends object>(facts: T) =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T as undefined extends T[K] ? never : K]: T[K]
  } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }

const phone = z
  .object({
    id: idText,
    number: oneLine(40),
    extension: emptyIsNone(z.number().int().nonnegative().max(999_999)),
    type: line,
    description: line,
  })
  .transform(known)

const language = z
  .object({
    id: idText,
    name: line,
    code: emptyIsNone(
      z
        .string()
        .regex(/^[A-Za-z]{2,3}$/, 'centers:field.languageCode')
        .toLowerCase(),
    ),
    note: line,
  })
  .transform(known)

const accessibility = z
  .object({ id: idText, description: line, details: line, url })
  .transform(known)

const addressType = z.enum(words.locationTypes)
const country = z.string().regex(/^[A-Z]{2}$/, 'centers:field.country')

const address = z
  .object({
    id: idText,
    address_1: oneLine(200),
    address_2: line,
    city: oneLine(100),
    state_province: oneLine(50),
    postal_code: oneLine(20),
    country,
    address_type: addressType,
  })
  .transform(known)

/** Our own form of an address of which not everything is known. */
const partialAddress = z
  .object({
    /** Its place among the addresses. */
    at: z.number().int().nonnegative().max(100),
    id: idText,
    address_1: line,
    address_2: line,
    city: line,
    state_province: oneLine(50),
    postal_code: line,
    country,
    address_type: addressType,
  })
  .transform(known)

const positive = emptyIsNone(z.number().int().min(1))

const schedule = z
  .object({
    id: idText,
    freq: emptyIsNone(z.enum(words.frequencies)),
    byday: emptyIsNone(oneLine(60).transform((value) => value.toUpperCase().replace(/\s/g, ''))),
    bymonthday: line,
    interval: positive,
    count: positive,
    byweekno: line,
    wkst: emptyIsNone(z.enum(words.weekdays)),
    opens_at: time,
    closes_at: time,
    dtstart: day,
    until: day,
    valid_from: day,
    valid_to: day,
    description: line,
    attending_type: line,
    schedule_link: url,
    notes: line,
  })
  .transform(known)
  .superRefine((row, context) => {
    for (const { field, message } of faultsOf(row))
      context.addIssue({ code: 'custom', path: [field], message })
  })

const latitude = emptyIsNone(z.number().min(-90).max(90))
const longitude = emptyIsNone(z.number().min(-180).max(180))

const location = z
  .object({
    id: idText,
    location_type: addressType,
    name: line,
    description: text,
    url,
    latitude,
    longitude,
    transportation: line,
    addresses: many(address, 20),
    languages: many(language, 60),
    accessibility: many(accessibility, 60),
    phones: many(phone, 30),
    schedules: many(schedule, 200),
    x_waymark: z.object({ addresses: many(partialAddress, 20) }).optional(),
  })
  .transform(({ x_waymark: ours, ...facts }) =>
    known({ ...facts, addresses: inPlace(facts.addresses, ours?.addresses ?? []) }),
  )

function inPlace(
  whole: readonly words.Address[],
  partial: readonly (words.Address & { readonly at: number })[],
): words.Address[] {
  const all = [...whole]
  for (const { at, ...one } of [...partial].sort((a, b) => a.at - b.at)) all.splice(at, 0, one)
  return all
}

const extra = z.object({
  state: emptyIsNone(z.string().regex(/^[A-Z]{2}$/, 'centers:field.state')),
  zone: emptyIsNone(z.string().refine(isZone, 'centers:field.zone')),
  status: z.enum(centerStatuses).optional(),
  as_of: line,
  source: line,
  accepting_referrals: z.boolean().optional(),
  accepting_until: day,
  verified_on: day,
  operator: line,
})

/** An organization of a file, with what of it we keep. HSDS asks for a description, which may be empty. */
export const hsdsOrganization = z.object({
  id: idText,
  name: oneLine(200),
  description: z.string().trim().max(4000),
  email,
  website: url,
  phones: manyOrUntold(phone, 30),
  locations: manyOrUntold(location, 50),
  x_waymark: extra.optional(),
})
export type HsdsOrganization = z.output<typeof hsdsOrganization>

const atLocation = z.object({
  id: idText,
  location_id: emptyIsNone(idText),
  location: location.optional(),
})

/** A full service object: what HSDS 3.0 answers for one service. Other facts than these are left out. */
export const hsdsService = z.object({
  id: idText,
  name: oneLine(200),
  status: z.enum(words.serviceStatuses),
  description: text,
  url,
  email,
  application_process: text,
  eligibility_description: text,
  minimum_age: number,
  maximum_age: number,
  wait_time: line,
  fees_description: text,
  interpretation_services: line,
  alert: text,
  languages: many(language, 60),
  phones: many(phone, 30),
  schedules: many(schedule, 200),
  organization: hsdsOrganization,
  service_at_locations: many(atLocation, 50),
})
export type HsdsService = z.output<typeof hsdsService>

export const factsOfService = ({
  organization: _organization,
  service_at_locations: places,
  ...facts
}: HsdsService): words.Service => ({
  ...known(facts),
  location_ids: [...new Set(places.flatMap((one) => one.location_id ?? one.location?.id ?? []))],
})
