import { z } from 'zod'
import { isDay } from '../calendar.js'
import { idText, optionalText } from '../http/parse.js'
import { referralStates, substates, type Answer } from './referral.js'

export const longestReason = 1000
export const longestMessage = 2000

/** What a caller asks with: a center, for staff also the learner. */
export const askInput = z.strictObject({
  center: idText,
  learner: idText.optional(),
  message: optionalText(longestMessage),
})
export type AskInput = z.output<typeof askInput>

const day = z.string().refine(isDay, 'http:field.notADate')

/** The learner's form: the password only where no consent is live yet. */
export const askForm = z.strictObject({
  center: idText,
  message: optionalText(longestMessage),
  expiresOn: z.preprocess((raw) => (raw === '' ? undefined : raw), day.optional()),
  password: z.string().max(1000).optional(),
})
export type AskForm = z.output<typeof askForm>

/** The form of staff who ask for a learner. */
export const askForForm = z.strictObject({ center: idText, message: optionalText(longestMessage) })

const substate = z.preprocess((raw) => (raw === '' ? undefined : raw), z.enum(substates).optional())

export const answerInput = z
  .strictObject({
    state: z.enum(referralStates),
    substate,
    reason: optionalText(longestReason),
  })
  .transform(({ state, substate: finer, reason }): Answer => ({
    state,
    ...(finer !== undefined && { substate: finer }),
    ...(reason !== undefined && { reason }),
  }))

export const idParams = z.strictObject({ id: idText })
