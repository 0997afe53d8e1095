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
}

/** Credits of a semester that make a gain, part-time within twelve months. */
export const creditsAsked = 12

export interface GrantedCredits {
  readonly course: string
  readonly semesterCredits: number
  readonly on: Day
}

export interface FinishedTrack {
  readonly slug: string
  readonly version: string
  readonly title: string
  /** The day it was finished by confirmed evidence alone. */
  readonly confirmedOn: Day
}

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
  const milestones = finished.map(({ slug, version, title, confirmedOn }): GainGround => ({
    type: 'milestone',
    evidenceId: `track ${slug} ${version}`,
    title,
    on: confirmedOn,
  }))
  return [...exams, ...milestones, ...transcriptGround(credits)]
}

/** The first day on which twelve months hold enough credits. */
function transcriptGround(credits: readonly GrantedCredits[]): GainGround[] {
  const byDay = [...credits].sort((a, b) => a.on.localeCompare(b.on))
  for (const { on } of byDay) {
    const from = `${String(Number(on.slice(0, 4)) - 1)}${on.slice(4)}`
    const within = byDay.filter((one) => one.on > from && one.on <= on)
    const sum = within.reduce((all, one) => all + one.semesterCredits, 0)
    if (sum < creditsAsked) continue
    const title = within.map(({ course }) => course).join(', ')
    return [{ type: 'transcript', evidenceId: `credits ${on}`, title, on }]
  }
  return []
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
