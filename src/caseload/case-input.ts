import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, manyOf, optionalText } from '../http/parse.js'
import { caseColumns, caseStates, noteKinds, noteReaders } from './case.js'
import { mostSteps } from './plan.js'

const day = z.string().refine(isDay, 'http:field.notADate')
const version = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number)
const longText = (most: number) => z.string().trim().min(1).max(most)

export const caseListStates = ['open', 'all', ...caseStates] as const

/** The caseload table: filters and columns, all in the address. `assigned`: me, nobody, or a colleague's account. */
export const caseQuery = z.strictObject({
  ...listQuery,
  center: emptyAsNone(idText),
  q: optionalText(100),
  state: emptyAsNone(z.enum(caseListStates)),
  assigned: emptyAsNone(idText),
  days: emptyAsNone(
    z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number),
  ),
  order: emptyAsNone(z.enum(['oldest', 'newest'])),
  columns: manyOf(z.enum(caseColumns)),
})
export type CaseQuery = z.output<typeof caseQuery>

/** Cases that one act takes at once. */
const mostChosen = 200

/** The export: of a view, or of the learners chosen in it alone. */
export const caseCsvQuery = caseQuery.extend({
  learners: manyOf(idText).pipe(z.array(idText).max(mostChosen)),
})

/** At which of one's centers: for who works at several. */
export const centerQuery = z.object({ center: emptyAsNone(idText) })

export const caseParams = z.object({ id: idText })
export const taskParams = z.strictObject({ id: idText, task: idText })

export const viewInput = z.strictObject({ name: longText(60), query: z.string().max(1000) })

/** Why a case is closed. */
const mostReason = 500
export const closeInput = z.strictObject({
  reason: z.string().trim().min(1, 'caseload:error.closeReason').max(mostReason),
})

const noteFields = { kind: z.enum(noteKinds), readers: z.enum(noteReaders) }

/**
 * One act on many cases. A note needs its text; assigning needs somebody, or 'nobody'; closing needs the reason; referring is asked on its own page;
 * exporting answers with a file.
 */
export const bulkInput = z.strictObject({
  learners: manyOf(idText).pipe(
    z.array(idText).min(1, 'caseload:error.nobodyChosen').max(mostChosen),
  ),
  act: z.enum(['note', 'assign', 'close', 'refer', 'export']),
  assignTo: z.union([z.literal(''), idText]),
  text: optionalText(4000),
  reason: optionalText(mostReason),
  ...noteFields,
})
export type BulkInput = z.output<typeof bulkInput>

export const noteInput = z.strictObject({ text: longText(4000), ...noteFields })
export type NoteInput = z.output<typeof noteInput>

export const assignInput = z.strictObject({ assignTo: z.union([z.literal(''), idText]) })

export const taskInput = z.strictObject({ task: longText(500), dueOn: day, doer: idText })
export type TaskInput = z.output<typeof taskInput>

/** A plan as one edits it: a step a line, a day in front of it where it has one ("2026-05-01 Write the letter"). */
export const planInput = z.strictObject({
  goal: longText(500),
  steps: z
    .string()
    .max(6000)
    .transform((text) =>
      text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .map((line): { text: string; dueOn?: string | undefined } => {
          const [, dueOn, rest] = /^(\d{4}-\d{2}-\d{2})\s+(.+)$/.exec(line) ?? []
          return dueOn !== undefined && rest !== undefined ? { text: rest, dueOn } : { text: line }
        }),
    )
    .pipe(
      z
        .array(z.strictObject({ text: z.string().max(300), dueOn: day.optional() }))
        .max(mostSteps, 'caseload:error.manySteps'),
    ),
  version,
})
export type PlanInput = z.output<typeof planInput>

export const agreeInput = z.strictObject({
  version,
})
export const stepInput = z.strictObject({ step: z.string().regex(/^\d{1,6}$/) })
export const emptyInput = z.strictObject({})
