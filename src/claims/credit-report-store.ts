import mongoose from 'mongoose'
import type { PipelineStage } from 'mongoose'
import type { CreditUnit } from '../agreements/agreement.js'

/** What a college decided in a span of time, by course and unit. */
export interface CreditCount {
  readonly course: string
  readonly unit: CreditUnit
  readonly granted: number
  readonly part: number
  readonly refused: number
  /** Taken back after it was given. */
  readonly revoked: number
  readonly credits: number
}

interface Group {
  readonly _id: { readonly course: string; readonly unit: CreditUnit; readonly state: string }
  readonly claims: number
  readonly credits: number
}

const settled = ['granted', 'part', 'refused', 'revoked'] as const

const within = (collegeId: string, from: Date, until: Date): PipelineStage.Match => ({
  $match: {
    collegeId,
    changedAt: { $gte: from, $lt: until },
    state: { $in: [...settled] },
  },
})

/** Settled claims of a college by course, and how many learners they are of. A claim counts where it was settled last. */
export async function countDecisions(
  collegeId: string,
  from: Date,
  until: Date,
): Promise<{ readonly courses: CreditCount[]; readonly learners: number }> {
  const claims = mongoose.model('Claim')
  const [groups, people] = await Promise.all([
    claims.aggregate<Group>([
      within(collegeId, from, until),
      {
        $group: {
          _id: { course: '$agreement.course', unit: '$agreement.unit', state: '$state' },
          claims: { $sum: 1 },
          credits: { $sum: '$granted' },
        },
      },
    ]),
    claims.aggregate<{ learners: number }>([
      within(collegeId, from, until),
      { $match: { state: { $in: ['granted', 'part'] } } },
      { $group: { _id: '$learnerId' } },
      { $count: 'learners' },
    ]),
  ])
  return { courses: byCourse(groups), learners: people[0]?.learners ?? 0 }
}

function byCourse(groups: readonly Group[]): CreditCount[] {
  const counts = new Map<string, CreditCount>()
  for (const { _id, claims, credits } of groups) {
    const key = `${_id.course}|${_id.unit}`
    const start = {
      course: _id.course,
      unit: _id.unit,
      granted: 0,
      part: 0,
      refused: 0,
      revoked: 0,
      credits: 0,
    }
    const before = counts.get(key) ?? start
    counts.set(key, {
      ...before,
      [_id.state]: claims,
      credits: before.credits + credits,
    })
  }
  return [...counts.values()].sort((a, b) => a.course.localeCompare(b.course))
}
