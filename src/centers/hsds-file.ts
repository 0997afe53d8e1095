import { read } from '../http/parse.js'
import { invalid, malformed, type FieldError } from '../problems.js'
import type { Center } from './center.js'
import {
  factsOfService,
  hsdsOrganization,
  hsdsService,
  type HsdsOrganization,
  type HsdsService,
} from './hsds-input.js'
import { listingOf, withListing, type Listing, type Location } from './listing.js'

/** One center of a file: what it becomes from what is known, or what is wrong with it. `row` counts objects from 1. */
export interface FileEntry {
  readonly row: number
  readonly id: string
  readonly name: string
  readonly make: (known: Center) => Center
}

export interface FileFault extends FieldError {
  readonly row: number
}

export interface ReadFile {
  readonly entries: readonly FileEntry[]
  readonly faults: readonly FileFault[]
  readonly read: number
}

export const mostCenters = 5_000

const listIn = (raw: unknown, name: string): unknown[] => {
  const found = (raw as Record<string, unknown> | null)?.[name]
  return Array.isArray(found) ? (found as unknown[]) : []
}

/** Services and organizations of the shapes in use: our own file, a page of an HSDS API (`contents`), a bare list. */
function objectsIn(json: unknown): { services: unknown[]; organizations: unknown[] } {
  if (Array.isArray(json)) return { services: json as unknown[], organizations: [] }
  const services = [...listIn(json, 'services'), ...listIn(json, 'contents')]
  return { services, organizations: listIn(json, 'organizations') }
}

interface Gathered {
  readonly row: number
  readonly organization: HsdsOrganization
  readonly services: HsdsService[]
}

/** Reads a file of HSDS JSON. Throws malformed for no JSON, invalid for a file without services and organizations. */
export function readHsds(content: string): ReadFile {
  const { services, organizations } = objectsIn(parsed(content))
  const total = services.length + organizations.length
  if (total === 0) throw invalid([{ field: 'file', message: 'centers:import.nothing' }])
  if (total > mostCenters)
    throw invalid([
      { field: 'file', message: 'centers:import.tooMany', params: { most: mostCenters } },
    ])
  const centers = new Map<string, Gathered>()
  const faults: FileFault[] = []
  const bad = (row: number, errors: readonly FieldError[]) =>
    faults.push(...errors.map((error) => ({ row, ...error })))
  services.forEach((raw, at) => {
    const found = read(hsdsService, raw)
    if (found.errors) bad(at + 1, found.errors)
    else gather(centers, at + 1, found.data.organization).services.push(found.data)
  })
  organizations.forEach((raw, at) => {
    const row = services.length + at + 1
    const found = read(hsdsOrganization, raw)
    if (found.errors) bad(row, found.errors)
    else gather(centers, row, found.data)
  })
  return { entries: [...centers.values()].map(entryOf), faults, read: total }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\ufeff/, '')) as unknown
  } catch {
    throw malformed('centers:import.notJson')
  }
}

/** A center's services may stand anywhere in the file; its own facts are those of the first. */
function gather(centers: Map<string, Gathered>, row: number, organization: HsdsOrganization) {
  const found = centers.get(organization.id) ?? { row, organization, services: [] }
  centers.set(organization.id, found)
  return found
}

const entryOf = ({ row, organization, services }: Gathered): FileEntry => ({
  row,
  id: organization.id,
  name: organization.name,
  make: (known) => made(known, organization, services),
})

/** Every location of the organization and its services; undefined where the file speaks of none. */
function locationsIn(
  organization: HsdsOrganization,
  services: readonly HsdsService[],
): Location[] | undefined {
  const offered = services.flatMap((service) =>
    service.service_at_locations.flatMap((place) => place.location ?? []),
  )
  if (organization.locations === undefined && offered.length === 0) return undefined
  const all = new Map<string, Location>()
  for (const location of [...(organization.locations ?? []), ...offered])
    if (!all.has(location.id)) all.set(location.id, location)
  return [...all.values()]
}

/** The center with what the file tells. Only our own file (`x_waymark`) tells of a center without services that it has none. */
function made(
  known: Center,
  organization: HsdsOrganization,
  services: readonly HsdsService[],
): Center {
  const { description, email, website, phones, x_waymark: ours } = organization
  const before = listingOf(known)
  const told = [...new Map(services.map((one) => [one.id, factsOfService(one)])).values()]
  const listing: Listing = {
    ...(description !== '' && { description }),
    ...(email !== undefined && { email }),
    ...(website !== undefined && { website }),
    phones: phones ?? before.phones,
    locations: locationsIn(organization, services) ?? before.locations,
    services: told.length > 0 || ours ? told : before.services,
  }
  const { acceptingUntil, ...rest } = known
  const until = ours ? ours.accepting_until : acceptingUntil
  return withListing(
    {
      ...rest,
      name: organization.name,
      ...(ours?.state !== undefined && { state: ours.state }),
      ...(ours?.zone !== undefined && { zone: ours.zone }),
      ...(ours?.status !== undefined && { status: ours.status }),
      ...(ours?.as_of !== undefined && { asOf: ours.as_of }),
      ...(ours?.source !== undefined && { source: ours.source }),
      ...(ours?.operator !== undefined && { operator: ours.operator }),
      ...(ours?.verified_on !== undefined && { verifiedOn: ours.verified_on }),
      ...(ours?.accepting_referrals !== undefined && {
        acceptingReferrals: ours.accepting_referrals,
      }),
      ...(until !== undefined && { acceptingUntil: until }),
    },
    listing,
  )
}
