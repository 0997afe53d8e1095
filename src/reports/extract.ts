/**
 * The participant extract for a board: one row a participation, in the columns of a schema that is data. A column for which the
 * program holds nothing is empty, never guessed; so is one that the learner's consent does not cover.
 */
import { createHash } from 'node:crypto'
import type { Day } from '../calendar.js'
import type { RecordKind } from '../learners/consent.js'
import {
  exitOf,
  isDuring,
  isWithinYear,
  participationsOf,
  type Participation,
  type Stay,
} from './participation.js'
import { programYearOf } from './quarter.js'
import { latestGain, type SkillGain } from './skill-gain.js'

/** What the program holds, by the name a schema's column asks for it. */
export const heldValues = [
  'recordNumber',
  'participantCode',
  'state',
  'postalCode',
  'enteredOn',
  'exitedOn',
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

type Gain = Pick<SkillGain, 'type' | 'on'>

/** Somebody who lets the board see their outcomes, with everything the extract asks of them. */
export interface Person {
  readonly learnerId: string
  /** Of residence. */
  readonly state?: string
  readonly postalCode?: string
  /** All that centers reported, of any year. */
  readonly stays: readonly Stay[]
  /** Those whose evidence counts. */
  readonly gains: readonly Gain[]
  /** Those whose evidence counts no longer: left out, and told of by the pre-check. */
  readonly lostGains: readonly Gain[]
  readonly covers: ReadonlySet<RecordKind>
}

/** One row of the extract: a participation of somebody. */
export interface Participant extends Omit<Person, 'stays'> {
  readonly enteredOn: Day
  readonly exitedOn?: Day
  /** Gains of the year on a day of no participation: in no row, and told of with the first. */
  readonly outsideGains: readonly Gain[]
}

/**
 * The rows of one learner in the extract of a program year, as known today: one for each participation that has a day in it,
 * with the gains of its own days. What is to be told of the learner once comes with the first row.
 */
export function participantsOf(
  { stays, gains, lostGains, ...person }: Person,
  year: number,
  today: Day,
): Participant[] {
  const within = participationsOf(stays).filter((one) => isWithinYear(one, year))
  const isOf = (one: Participation) => (gain: Gain) => isDuring(one, gain.on)
  const outside = gains.filter(
    (gain) => programYearOf(gain.on) === year && !within.some((one) => isOf(one)(gain)),
  )
  return within.map((one, at) => {
    const exitedOn = exitOf(one, today)
    return {
      ...person,
      enteredOn: one.enteredOn,
      ...(exitedOn !== undefined && { exitedOn }),
      gains: gains.filter(isOf(one)),
      lostGains: at === 0 ? lostGains : [],
      outsideGains: at === 0 ? outside : [],
    }
  })
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
  state: 'contact',
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
    case 'exitedOn':
      return participant.exitedOn ?? ''
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

/** True when a gain of the year is left out because it lies before an entry or after a last day, and the board may know. */
export const hasOutsideGain = ({
  outsideGains,
  covers,
}: Pick<Participant, 'outsideGains' | 'covers'>): boolean =>
  covers.has('credential') && outsideGains.length > 0

/** The cells of one row, in the order of the schema; `at` counts the rows from 1. */
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
