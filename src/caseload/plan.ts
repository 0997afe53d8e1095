import type { Day } from '../calendar.js'

/** What a learner and a center have set out to do: goal, steps with dates, and whether the learner agreed to exactly this. */
export interface Plan {
  readonly id: string
  readonly communityId: string
  readonly centerId: string
  readonly centerName: string
  readonly learnerId: string
  readonly goal: string
  readonly steps: readonly PlanStep[]
  readonly version: number
  /** The version the learner agreed to; an edit makes a new version, to be agreed anew. */
  readonly agreedVersion?: number
  readonly agreedAt?: Date
  readonly updatedBy: string
  readonly updatedByAccountId?: string
  readonly updatedAt: Date
}

export interface PlanStep {
  readonly id: string
  readonly text: string
  readonly dueOn?: Day
  readonly doneOn?: Day
}

export const mostSteps = 20

export const isAgreed = ({ version, agreedVersion }: Plan): boolean => version === agreedVersion

/** The steps after an edit: a step that says the same keeps its id and the day it was done; nothing is said twice. */
export function editedSteps(
  before: readonly PlanStep[],
  lines: readonly { readonly text: string; readonly dueOn?: Day | undefined }[],
): PlanStep[] {
  const texts = new Set<string>()
  return lines.flatMap(({ text, dueOn }, at): PlanStep[] => {
    if (texts.has(text)) return []
    texts.add(text)
    const known = before.find((step) => step.text === text)
    const taken = Math.max(0, ...before.map(({ id }) => Number(id)))
    return [
      {
        id: known?.id ?? String(taken + at + 1),
        text,
        ...(dueOn !== undefined && { dueOn }),
        ...(known?.doneOn !== undefined && { doneOn: known.doneOn }),
      },
    ]
  })
}
