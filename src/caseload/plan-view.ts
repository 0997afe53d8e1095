import { dayOf } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Note } from './case.js'
import { isAgreed, type Plan } from './plan.js'

/** A plan for its page: goal, steps, whether it is agreed. */
export function planView(plan: Plan, words: Words) {
  const { t, day } = words
  return {
    goal: plan.goal,
    center: plan.centerName,
    version: plan.version,
    isAgreed: isAgreed(plan),
    agreement:
      isAgreed(plan) && plan.agreedAt
        ? t('caseload:plan.agreed', { on: words.dayOfInstant(plan.agreedAt) })
        : t('caseload:plan.notAgreed'),
    steps: plan.steps.map(({ id, text, dueOn, doneOn }) => ({
      id,
      text,
      due: dueOn === undefined ? null : t('caseload:plan.due', { on: day(dueOn) }),
      done: doneOn === undefined ? null : t('caseload:plan.done', { on: day(doneOn) }),
    })),
    written: t('caseload:plan.written', {
      by: plan.updatedBy,
      on: words.dayOfInstant(plan.updatedAt),
    }),
    lines: plan.steps.map(({ text, dueOn }) => [dueOn, text].filter(Boolean).join(' ')).join('\n'),
  }
}

/** A learner's plans and the notes written for them to read. */
export const myPlansPage = (plans: readonly Plan[], notes: readonly Note[], words: Words) => ({
  plans: plans.map((plan) => ({
    ...planView(plan, words),
    agreeHref: words.href(to(paths.agreeToPlan, { id: plan.centerId })),
    stepsHref: words.href(to(paths.myPlanSteps, { id: plan.centerId })),
  })),
  notes: notes.map((note) => ({
    cells: [
      { date: dayOf(note.at), text: words.dayOfInstant(note.at) },
      words.t(`caseload:noteKind.${note.kind}`),
      note.text,
      note.byName,
    ],
  })),
})
