/**
 * Measurable skill gains by type, each with the evidence it rests on: 3 enough college credit, 4 progress on a published
 * milestone by the provider's word, 5 a passed exam. A badge for watched content is none. Many gains in one program year
 * count once. Types 1 and 2 (educational level, diploma) need documents this program does not hold.
 */
import type { Day } from '../calendar.js'
import type { Fact } from '../providers/evidence.js'
import { isAtLeast } from '../providers/evidence.js'
import { programYearOf } from './quarter.js'

export const gainTypes = ['transcript', 'milestone', 'exam'] as const
export type GainType = (typeof gainTypes)[number]
export const gainNumbers: Readonly<Record<GainType, number>> = {
  transcript: 3,
  milestone: 4,
  exam: 5,
}

/** What may be recorded as a gain: its evidence, as the record has it. */
export interface GainGround {
  readonly type: GainType
  readonly evidenceId: string
  readonly title: string
  readonly on: Day
}

export interface SkillGain extends GainGround {
  readonly id: string
  readonly communityId: string
  readonly learnerId: string
  readonly attestedBy: string
  readonly attestedAt: Date
  /** The center whose staff recorded it; not known of the oldest. */
  readonly centerId?: string
  /** Recorded by mistake: kept, and counted no longer. */
  readonly takenBack?: TakenBack
}

/** A gain as somebody is shown it: what it rests on only with the learner's leave. */
export type SeenGain = Omit<SkillGain, 'evidenceId' | 'title' | 'on'> &
  Partial<Pick<SkillGain, 'title' | 'on'>>

/** What a center wrote itself when it recorded a gain: of which kind, who and when; nothing that the record told it. */
export const ownEntry = ({
  evidenceId: _evidenceId,
  title: _title,
  on: _on,
  ...written
}: SkillGain): SeenGain => written

export interface TakenBack {
  readonly by: string
  readonly at: Date
  readonly reason: string
}

/** True while nobody has taken a gain back. */
export const isCounted = ({ takenBack }: Pick<SkillGain, 'takenBack'>): boolean =>
  takenBack === undefined

/** Staff of the center that recorded a gain may take it back; where that is not known, whoever may record one. */
export const mayTakeBack = (
  { centerId }: Pick<SkillGain, 'centerId'>,
  staffAt: readonly string[],
): boolean => (centerId === undefined ? staffAt.length > 0 : staffAt.includes(centerId))

/** Credits of a quarter that make a gain, part-time within twelve months: twelve of a semester. */
const creditsAsked = 18

export interface GrantedCredits {
  readonly course: string
  readonly quarterCredits: number
  readonly on: Day
}

export interface FinishedTrack {
  readonly slug: string
  readonly version: string
  readonly title: string
  /** The day it was finished by confirmed evidence alone. */
  readonly confirmedOn: Day
}

/** The id under which a finished version of a track is the evidence of a gain. */
export const trackEvidence = ({ slug, version }: Pick<FinishedTrack, 'slug' | 'version'>): string =>
  `track ${slug} ${version}`

/** What a learner's evidence would carry; nothing self-reported does. */
export function gainGrounds(
  facts: readonly Fact[],
  finished: readonly FinishedTrack[],
  credits: readonly GrantedCredits[],
): GainGround[] {
  const exams = facts
    .filter(({ kind, level }) => kind === 'exam' && isAtLeast(level, 'provider-confirmed'))
    .map(({ id, title, earnedOn }): GainGround => ({
      type: 'exam',
      evidenceId: id,
      title,
      on: earnedOn,
    }))
  const milestones = finished.map((track): GainGround => ({
    type: 'milestone',
    evidenceId: trackEvidence(track),
    title: track.title,
    on: track.confirmedOn,
  }))
  return [...exams, ...milestones, ...transcriptGrounds(credits)]
}

/** The credits of the twelve months that end on a day. */
function creditsWithin(credits: readonly GrantedCredits[], on: Day): GrantedCredits[] {
  const from = `${String(Number(on.slice(0, 4)) - 1)}${on.slice(4)}`
  return credits.filter((one) => one.on > from && one.on <= on)
}

/** True when the twelve months that end on a day hold enough credits for a gain. */
export const holdsEnough = (credits: readonly GrantedCredits[], on: Day): boolean =>
  creditsWithin(credits, on).reduce((all, one) => all + one.quarterCredits, 0) >= creditsAsked

/** Each day on which twelve months hold enough credits that carried no gain before: what was counted is not counted again. */
function transcriptGrounds(credits: readonly GrantedCredits[]): GainGround[] {
  const byDay = [...credits].sort((a, b) => a.on.localeCompare(b.on))
  const found: GainGround[] = []
  for (const { on } of byDay) {
    const last = found.at(-1)?.on ?? ''
    const fresh = byDay.filter((one) => one.on > last)
    if (on <= last || !holdsEnough(fresh, on)) continue
    const title = creditsWithin(fresh, on)
      .map(({ course }) => course)
      .join(', ')
    found.push({ type: 'transcript', evidenceId: `credits ${on}`, title, on })
  }
  return found
}

/** The day of the latest gain of a type within one program year. */
export const latestGain = (
  gains: readonly Pick<SkillGain, 'type' | 'on'>[],
  type: GainType,
  year: number,
): Day | undefined =>
  gains
    .filter((gain) => gain.type === type && programYearOf(gain.on) === year)
    .map(({ on }) => on)
    .sort()
    .at(-1)
