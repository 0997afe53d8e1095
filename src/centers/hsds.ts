/**
 * A center as HSDS 3.0 full objects, for outside directories. A file holds `services`, each with its organization and the
 * locations it is offered at, and `organizations`, the centers of which no service is known. What HSDS has no word for
 * travels under `x_waymark`; so does an address without a street or postal code, because HSDS asks for both and neither
 * is made up. Empty text stands for an unknown organization description, which HSDS requires.
 */
import { DateTime } from 'luxon'
import { v5 } from 'uuid'
import { zoneOf, type Center } from './center.js'
import {
  listingOf,
  type Address,
  type Listing,
  type Location,
  type Schedule,
  type Service,
} from './listing.js'

const isWhole = ({ address_1, city, postal_code }: Address): boolean =>
  address_1 !== undefined && city !== undefined && postal_code !== undefined

/** Hours from UTC in winter, the only way HSDS can name a clock; the IANA zone stands beside it. */
const hoursFromUtc = (zone: string): number =>
  DateTime.fromISO('2026-01-15T12:00', { zone }).offset / 60

const scheduleOut = (row: Schedule, zone: string) => ({ ...row, timezone: hoursFromUtc(zone) })

function locationOut(location: Location, zone: string) {
  const partial = location.addresses.flatMap((address, at) =>
    isWhole(address) ? [] : [{ at, ...address }],
  )
  return {
    ...location,
    addresses: location.addresses.filter(isWhole),
    schedules: location.schedules.map((row) => scheduleOut(row, zone)),
    ...(partial.length > 0 && { x_waymark: { addresses: partial } }),
  }
}

function organizationOut(center: Center, listing: Listing) {
  const { id, name } = center
  const zone = zoneOf(center)
  return {
    id,
    name,
    description: listing.description ?? '',
    ...(listing.email !== undefined && { email: listing.email }),
    ...(listing.website !== undefined && { website: listing.website }),
    phones: listing.phones,
    locations: listing.locations.map((location) => locationOut(location, zone)),
    x_waymark: {
      state: center.state,
      zone,
      status: center.status,
      source: center.source,
      accepting_referrals: center.acceptingReferrals,
      ...(center.acceptingUntil !== undefined && { accepting_until: center.acceptingUntil }),
      ...(center.verifiedOn !== undefined && { verified_on: center.verifiedOn }),
      ...(center.operator !== undefined && { operator: center.operator }),
      ...(center.asOf !== undefined && { as_of: center.asOf }),
    },
  }
}

function serviceOut({ location_ids, ...service }: Service, center: Center, listing: Listing) {
  const zone = zoneOf(center)
  const places = new Map(listing.locations.map((location) => [location.id, location]))
  return {
    ...service,
    organization_id: center.id,
    schedules: service.schedules.map((row) => scheduleOut(row, zone)),
    organization: organizationOut(center, listing),
    service_at_locations: location_ids.map((locationId) => {
      const place = places.get(locationId)
      return {
        id: v5(`${service.id} ${locationId}`, v5.URL),
        service_id: service.id,
        location_id: locationId,
        ...(place && { location: locationOut(place, zone) }),
      }
    }),
  }
}

/** The full objects of one center: its services, or the organization alone where none is known. */
export function hsdsOf(center: Center) {
  const listing = listingOf(center)
  return listing.services.length > 0
    ? {
        services: listing.services.map((one) => serviceOut(one, center, listing)),
        organizations: [],
      }
    : { services: [], organizations: [organizationOut(center, listing)] }
}
