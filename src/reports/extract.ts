/**
 * The participant extract for a board: one row a participant, in the columns of a schema that is data. A column for which the
 * program holds nothing is empty, never guessed; so is one that the learner's consent does not cover.
 */
import { createHash } from 'node:crypto'
import type { Day } from '../calendar.js'
import type { RecordKind } from '../learners/consent.js'
import { programYearOf } from './quarter.js'
import { latestGain, type SkillGain } from './skill-gain.js'

/** What the program holds, by the name a schema's column asks for it. */
export const heldValues = [
  'recordNumber',
  'participantCode',
  'state',
  'postalCode',
  'enteredOn',
  'transcriptGainOn',
  'milestoneGainOn',
  'examGainOn',
] as const
export type HeldValue = (typeof heldValues)[number]

export interface ExtractColumn {
  /** The element's number, or OBS for the record number. */
  readonly no: string
  readonly name: string
  /** DT8: a day as YYYYMMDD. */
  readonly type: 'AN' | 'IN' | 'DT'
  readonly length: number
  readonly codes?: Readonly<Record<string, string>>
  readonly source: string
  readonly holds?: HeldValue
}

export interface ExtractSchema {
  readonly version: string
  readonly label: string
  readonly source: string
  readonly columns: readonly ExtractColumn[]
}

export interface Participant {
  readonly learnerId: string
  /** Of the center that reported the enrollment. */
  readonly state?: string
  readonly postalCode?: string
  readonly enteredOn: Day
  /** Those whose evidence counts. */
  readonly gains: readonly Pick<SkillGain, 'type' | 'on'>[]
  /** Those whose evidence counts no longer: left out, and told of by the pre-check. */
  readonly lostGains: readonly Pick<SkillGain, 'type' | 'on'>[]
  readonly covers: ReadonlySet<RecordKind>
}

/** Twelve letters and digits that stand for a learner, the same every time; they tell nothing of the person. */
export const participantCode = (learnerId: string): string =>
  BigInt(`0x${createHash('sha256').update(`participant ${learnerId}`).digest('hex').slice(0, 16)}`)
    .toString(36)
    .toUpperCase()
    .padStart(12, '0')
    .slice(-12)

/** What each part needs the learner to share; the rest comes with being in the extract at all. */
const covered: Readonly<Partial<Record<HeldValue, RecordKind>>> = {
  postalCode: 'contact',
  transcriptGainOn: 'credential',
  milestoneGainOn: 'credential',
  examGainOn: 'credential',
}

function heldBy(participant: Participant, at: number, year: number, value: HeldValue): string {
  const kind = covered[value]
  if (kind && !participant.covers.has(kind)) return ''
  const gain = (type: SkillGain['type']) => latestGain(participant.gains, type, year) ?? ''
  switch (value) {
    case 'recordNumber':
      return String(at)
    case 'participantCode':
      return participantCode(participant.learnerId)
    case 'state':
      return participant.state ?? ''
    case 'postalCode':
      return participant.postalCode ?? ''
    case 'enteredOn':
      return participant.enteredOn
    case 'transcriptGainOn':
      return gain('transcript')
    case 'milestoneGainOn':
      return gain('milestone')
    case 'examGainOn':
      return gain('exam')
  }
}

/** True when a gain of that year is left out because its evidence counts no longer, and the board may know of gains. */
export const hasLostGain = (
  { lostGains, covers }: Pick<Participant, 'lostGains' | 'covers'>,
  year: number,
): boolean => covers.has('credential') && lostGains.some(({ on }) => programYearOf(on) === year)

/** The cells of one participant, in the order of the schema; `at` counts the rows from 1. */
export const extractRow = (
  { columns }: Pick<ExtractSchema, 'columns'>,
  participant: Participant,
  at: number,
  year: number,
): string[] =>
  columns.map(({ holds, type }) => {
    const value = holds === undefined ? '' : heldBy(participant, at, year, holds)
    return type === 'DT' ? value.replaceAll('-', '') : value
  })
