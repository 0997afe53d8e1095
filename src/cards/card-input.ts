import { z } from 'zod'
import { emptyAsNone, idText } from '../http/parse.js'
import { cardDays } from './card.js'

const calledName = z
  .string()
  .trim()
  .max(40)
  .regex(/^[^\p{Cc}<>:/@\\]*$/u, 'access:problem.nameMarks')

/** As it is typed: longer than any code, so that spaces and dashes of every kind fit. */
const typedCode = z.string().trim().min(1, 'http:field.required').max(60)

/** The form always says the name, an empty one for none, and the days. */
export const cardForm = z.strictObject({
  called: calledName,
  days: z.coerce.number().pipe(z.literal([...cardDays])),
})

/** POST /me/card. */
export const cardBody = z.strictObject({
  called: calledName.optional(),
  days: z.literal([...cardDays]).optional(),
})

/** At which of one's centers: for who works at several. */
const center = { center: emptyAsNone(idText) }
export const learnerCardQuery = z.object(center)

/** POST /learners/{id}/card. */
export const learnerCardBody = cardBody.extend(center)

export const lookForm = z.strictObject({ code: typedCode })

export const learnerCardParams = z.strictObject({ id: idText })
