/** One file of centers, read by id: the same file again changes nothing. */
import type { FileFault } from './hsds-file.js'
import { zoneOf, type Center } from './center.js'
import { listingOf } from './listing.js'

export const importFormats = ['json', 'csv'] as const
export type ImportFormat = (typeof importFormats)[number]

export const mostImportBytes = 8_000_000
/** Files with more centers are read by a background job, which survives a restart. */
export const mostAtOnce = 500
export const mostRefusals = 500

/** `row`: of the table (the header is 1), or of the objects of a JSON file, services first, from 1. */
export interface CenterImport {
  readonly id: string
  readonly communityId: string
  readonly by: string
  readonly accountId: string
  readonly at: Date
  readonly touchedAt: Date
  readonly fileName: string
  readonly format: ImportFormat
  readonly dryRun: boolean
  readonly state: 'running' | 'done'
  /** Objects or rows in the file, and how many centers they make. */
  readonly read: number
  readonly total: number
  readonly done: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly refused: readonly FileFault[]
}

/** What one batch came to. */
export interface BatchResult {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly refused: readonly FileFault[]
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]),
  )
}

const textOf = (center: Center) =>
  JSON.stringify(
    sorted({ ...center, listing: listingOf(center), zone: zoneOf(center), version: undefined }),
  )

/** True when two entries say the same, whatever the order in which they say it. */
export const saysTheSame = (a: Center, b: Center): boolean => textOf(a) === textOf(b)
