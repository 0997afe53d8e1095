import { parse as parseCsv } from 'csv-parse/sync'
import { z } from 'zod'
import { isDay } from '../calendar.js'
import { errorsOf, idText } from '../http/parse.js'
import { invalid, malformed } from '../problems.js'
import { tableColumns, type TableCells, type TableColumn } from './center-csv.js'
import type { Center } from './center.js'
import { edited, formOf, type EntryForm } from './entry.js'
import { mostCenters, type FileEntry, type FileFault, type ReadFile } from './hsds-file.js'
import { readHours } from './hours-text.js'
import { emptyLocation, listingOf, withListing } from './listing.js'
import { isZone } from './zone.js'

/** Of a cell with lines: what the file gave out it takes back. */
const longest = 100_000

const none = (raw: unknown) => (raw === '' ? undefined : raw)
const cell = <T extends z.ZodType>(schema: T) => z.preprocess(none, schema.optional()).optional()
const oneLine = (max: number) =>
  z
    .string()
    .transform((text) => text.replace(/\s+/g, ' ').trim())
    .pipe(z.string().min(1).max(max))
const degrees = (most: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?$/, 'http:field.wrongFormat')
    .transform(Number)
    .pipe(z.number().min(-most).max(most))
const day = z.string().refine(isDay, 'http:field.notADate')
const unix = (text: string) => text.replace(/\r\n?/g, '\n').trim()

const row = z.strictObject({
  id: idText,
  name: oneLine(200).optional(),
  description: cell(z.string().transform(unix).pipe(z.string().max(4000))),
  email: cell(z.email().max(200)),
  website: cell(z.url({ protocol: /^https?$/ }).max(500)),
  phone: cell(oneLine(40)),
  extension: cell(
    z
      .string()
      .regex(/^\d{1,6}$/, 'centers:field.extension')
      .transform(Number),
  ),
  address_1: cell(oneLine(200)),
  city: cell(oneLine(100)),
  state_province: cell(z.string().regex(/^[A-Z]{2}$/, 'centers:field.state')),
  postal_code: cell(oneLine(20)),
  latitude: cell(degrees(90)),
  longitude: cell(degrees(180)),
  transportation: cell(oneLine(500)),
  languages: z
    .string()
    .transform((text) => [
      ...new Set(
        text
          .toLowerCase()
          .split(/[\s,;]+/)
          .filter(Boolean),
      ),
    ])
    .refine(
      (codes) => codes.every((code) => /^[a-z]{2,3}$/.test(code)),
      'centers:field.languageCode',
    )
    .optional(),
  accessibility: cell(z.string().transform(unix).pipe(z.string().max(longest))),
  hours: cell(
    z
      .string()
      .transform(unix)
      .pipe(z.string().max(longest))
      .refine((text) => readHours(text, '').faults.length === 0, 'centers:field.hoursLine'),
  ),
  services: cell(z.string().transform(unix).pipe(z.string().max(longest))),
  time_zone: cell(z.string().refine((name) => isZone(name), 'centers:field.zone')),
  accepting_referrals: cell(z.enum(['true', 'false'])),
  accepting_until: cell(day),
  verified_on: cell(day),
  source: cell(oneLine(500)),
})
type Row = z.output<typeof row>

const isColumn = (name: string): name is TableColumn =>
  (tableColumns as readonly string[]).includes(name)

function recordsOf(content: string): { readonly record: string[]; readonly line: number }[] {
  try {
    const found = parseCsv(content, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 400_000,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    return found.map(({ record, info }) => ({ record, line: info.lines }))
  } catch {
    throw malformed('centers:import.notCsv')
  }
}

/** A spreadsheet that was told not to run a cell puts an apostrophe before it. */
const plain = (text: string) => text.replace(/^'(?=[=+\-@\t\r])/, '')

/** Reads a table of centers. Throws malformed for no CSV, invalid for a wrong header or too many rows. */
export function readTable(content: string): ReadFile {
  const [first, ...records] = recordsOf(content)
  const header = (first?.record ?? []).map((name) => name.trim().toLowerCase())
  if (!header.includes('id') || !header.every(isColumn) || new Set(header).size < header.length)
    throw invalid([{ field: 'file', message: 'centers:import.header' }])
  if (records.length > mostCenters)
    throw invalid([
      { field: 'file', message: 'centers:import.tooMany', params: { most: mostCenters } },
    ])
  const entries: FileEntry[] = []
  const faults: FileFault[] = []
  const seen = new Set<string>()
  for (const { record, line } of records) {
    const cells = Object.fromEntries(header.map((name, at) => [name, plain(record[at] ?? '')]))
    const read = row.safeParse(cells, { reportInput: true })
    if (!read.success)
      faults.push(...errorsOf(read.error).map((error) => ({ row: line, ...error })))
    else if (seen.has(read.data.id))
      faults.push({ row: line, field: 'id', message: 'centers:import.twice' })
    else {
      seen.add(read.data.id)
      entries.push(entryOf(line, cells, read.data))
    }
  }
  return { entries, faults, read: records.length }
}

const entryOf = (line: number, cells: TableCells, facts: Row): FileEntry => ({
  row: line,
  id: facts.id,
  name: facts.name ?? '',
  make: (known) => made(known, cells, facts),
})

const fieldOf: Readonly<Partial<Record<TableColumn, keyof EntryForm>>> = {
  description: 'description',
  email: 'email',
  website: 'website',
  phone: 'phone',
  extension: 'extension',
  address_1: 'address',
  city: 'city',
  postal_code: 'postalCode',
  transportation: 'transportation',
  languages: 'languages',
  accessibility: 'accessibility',
  hours: 'hours',
  services: 'services',
  accepting_until: 'acceptingUntil',
}

function made(known: Center, cells: TableCells, facts: Row): Center {
  const form: EntryForm = { ...formOf(known) }
  for (const [column, field] of Object.entries(fieldOf))
    if (column in cells) Object.assign(form, { [field]: facts[column as TableColumn] })
  if (facts.time_zone !== undefined) Object.assign(form, { zone: facts.time_zone })
  if (facts.accepting_referrals !== undefined)
    Object.assign(form, { accepting: facts.accepting_referrals === 'true' })
  const state = facts.state_province ?? known.state
  const center = inState(placed(edited({ ...known, state }, form, ''), cells, facts), state)
  const { verifiedOn, ...rest } = center
  const verified = 'verified_on' in cells ? facts.verified_on : verifiedOn
  return {
    ...rest,
    ...(facts.name !== undefined && { name: facts.name }),
    ...(facts.source !== undefined && { source: facts.source }),
    ...(verified !== undefined && { verifiedOn: verified }),
  }
}

/** The main address moves with the state; the short facts follow. */
function inState(center: Center, state: string): Center {
  const listing = listingOf(center)
  const [main, ...others] = listing.locations
  const [address, ...more] = main?.addresses ?? []
  if (!main || !address || address.state_province === state) return center
  const addresses = [{ ...address, state_province: state }, ...more]
  return withListing(center, { ...listing, locations: [{ ...main, addresses }, ...others] })
}

function placed(center: Center, cells: TableCells, { latitude, longitude }: Row): Center {
  if (!('latitude' in cells && 'longitude' in cells)) return center
  const listing = listingOf(center)
  const [first, ...others] = listing.locations
  if (first === undefined && latitude === undefined && longitude === undefined) return center
  const { latitude: _lat, longitude: _lon, ...main } = first ?? emptyLocation(center.id)
  const point = {
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
  }
  return withListing(center, { ...listing, locations: [{ ...main, ...point }, ...others] })
}
