import { z } from 'zod'
import { parse } from '../http/parse.js'
import { invalid, type FieldError } from '../problems.js'
import {
  completionIn,
  errorsIn,
  type Completion,
  type CompletionCells,
  type CompletionTerms,
} from './completion.js'
import { parsePlainJson } from './plain-json.js'

/**
 * What a provider's own system sends: `{"completions": [{"email", "course", "completedOn", "score"?, "kind"?, "item"?}]}`,
 * up to 500 at once; one completion may also come by itself. All or nothing: one that is wrong refuses the whole call.
 */
export const mostCompletions = 500

const cell = z.string().trim().max(300)

export const completionBody = z.strictObject({
  email: cell,
  course: cell.optional(),
  completedOn: cell,
  score: z.number().min(0).max(100).optional(),
  kind: z.enum(['completion', 'exam', 'provider-badge']).optional(),
  item: cell.optional(),
})

export const webhookBody = z.strictObject({
  completions: z.array(completionBody).min(1).max(mostCompletions),
})

type CompletionBody = z.output<typeof completionBody>

const cellsOf = (body: CompletionBody): CompletionCells => ({
  email: body.email,
  course: body.course ?? '',
  completed_on: body.completedOn,
  score: body.score === undefined ? '' : String(Math.round(body.score * 100) / 100),
  kind: body.kind ?? '',
  item: body.item ?? '',
})

const jsonName = (field: string) => (field === 'completed_on' ? 'completedOn' : field)

const errorsAt = (cells: CompletionCells, index: number, terms: CompletionTerms): FieldError[] =>
  errorsIn(cells, terms).map(({ field, reason }) => ({
    field: `completions[${index}].${jsonName(field)}`,
    message: `providers:refusal.${reason}`,
  }))

/** Reads a call's body. Throws a Problem that names each wrong place, such as `completions[2].course`. */
export function readWebhook(body: Uint8Array, terms: CompletionTerms): Completion[] {
  const raw = parsePlainJson(Buffer.from(body).toString('utf8'))
  const isOne = typeof raw === 'object' && raw !== null && 'email' in raw
  const { completions } = parse(webhookBody, isOne ? { completions: [raw] } : raw)
  const cells = completions.map(cellsOf)
  const errors = cells.flatMap((one, index) => errorsAt(one, index, terms))
  if (errors.length > 0) throw invalid(errors.slice(0, 100))
  return cells.map((one) => completionIn(one, terms))
}
