/**
 * Centers as one flat table, a row a center, for a spreadsheet. It holds the everyday facts of the main location; other
 * locations and rare HSDS facts are in the JSON file only, and stay as they are when a table is read. A column that is
 * not there changes nothing; an empty cell says that the fact is unknown. Lists stand on lines inside their cell.
 */
import { zoneOf, type Center } from './center.js'
import { formOf } from './entry.js'
import { listingOf } from './listing.js'

export const tableColumns = [
  'id',
  'name',
  'description',
  'email',
  'website',
  'phone',
  'extension',
  'address_1',
  'city',
  'state_province',
  'postal_code',
  'latitude',
  'longitude',
  'transportation',
  'languages',
  'accessibility',
  'hours',
  'services',
  'time_zone',
  'accepting_referrals',
  'accepting_until',
  'verified_on',
  'source',
] as const
export type TableColumn = (typeof tableColumns)[number]
export type TableCells = Readonly<Partial<Record<TableColumn, string>>>

/** A center as a row of the table. */
export function cellsOf(center: Center): Record<TableColumn, string> {
  const form = formOf(center)
  const [main] = listingOf(center).locations
  return {
    id: center.id,
    name: center.name,
    description: form.description ?? '',
    email: form.email ?? '',
    website: form.website ?? '',
    phone: form.phone ?? '',
    extension: String(form.extension ?? ''),
    address_1: form.address ?? '',
    city: form.city ?? '',
    state_province: center.state,
    postal_code: form.postalCode ?? '',
    latitude: String(main?.latitude ?? ''),
    longitude: String(main?.longitude ?? ''),
    transportation: form.transportation ?? '',
    languages: form.languages.join(' '),
    accessibility: form.accessibility ?? '',
    hours: form.hours ?? '',
    services: form.services ?? '',
    time_zone: zoneOf(center),
    accepting_referrals: form.accepting ? 'true' : 'false',
    accepting_until: form.acceptingUntil ?? '',
    verified_on: center.verifiedOn ?? '',
    source: center.source,
  }
}
