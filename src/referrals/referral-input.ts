import { z } from 'zod'
import { isDay } from '../calendar.js'
import { emptyAsNone, idText, manyOf, optionalText } from '../http/parse.js'
import { referralStates, substates, type Answer } from './referral.js'
import { seemsSsn } from './stated.js'
import { plainWords, statedInput, statedOf, statedShape } from './stated-input.js'

export const longestReason = 1000
export const longestMessage = 2000

/** What a caller asks with: a center, for staff also the learner. */
export const askInput = z.strictObject({
  center: idText,
  learner: idText.optional(),
  message: plainWords(longestMessage),
  stated: statedInput.optional(),
})
export type AskInput = z.output<typeof askInput>

const day = z.string().refine(isDay, 'http:field.notADate')
const consentShape = {
  expiresOn: z.preprocess((raw) => (raw === '' ? undefined : raw), day.optional()),
  password: z.string().max(1000).optional(),
}

/** The learner's form: the password only where no consent is live yet. */
export const askForm = z
  .strictObject({
    center: idText,
    message: plainWords(longestMessage),
    ...consentShape,
    ...statedShape,
  })
  .transform(({ center, message, expiresOn, password, ...fields }) => ({
    center,
    message,
    expiresOn,
    password,
    stated: statedOf(fields),
  }))
export type AskForm = z.output<typeof askForm>

/** The form in which a learner completes a draft, or changes what they said while a referral is open. */
export const detailsForm = z
  .strictObject({ message: plainWords(longestMessage), ...consentShape, ...statedShape })
  .transform(({ message, expiresOn, password, ...fields }) => ({
    message,
    expiresOn,
    password,
    stated: statedOf(fields),
  }))
export type DetailsForm = z.output<typeof detailsForm>

/** The form of staff who ask for a learner. */
export const askForForm = z.strictObject({ center: idText, message: plainWords(longestMessage) })

const substate = z.preprocess((raw) => (raw === '' ? undefined : raw), z.enum(substates).optional())

export const answerInput = z
  .strictObject({
    state: z.enum(referralStates),
    substate,
    reason: plainWords(longestReason),
  })
  .transform(({ state, substate: finer, reason }): Answer => ({
    state,
    ...(finer !== undefined && { substate: finer }),
    ...(reason !== undefined && { reason }),
  }))

const reason = z
  .string('referrals:field.reasonNeeded')
  .trim()
  .min(1, 'referrals:field.reasonNeeded')
  .max(longestReason)
  .refine((text) => !seemsSsn(text), 'referrals:field.noSsn')

/** Handing a referral on to another center. */
export const forwardInput = z.strictObject({ center: idText, reason })

/** The same on the learner's page: the password only where no consent to that center is live yet. */
export const forwardForm = z.strictObject({
  center: z.string('referrals:field.chooseCenter').pipe(idText),
  reason,
  ...consentShape,
})
export type ForwardForm = z.output<typeof forwardForm>

export const idParams = z.strictObject({ id: idText })

/** What forms ask for by the way, for a page that shows one already chosen. */
export const chosenCenter = z.strictObject({ center: optionalText(64) })

const mostAtOnce = 200
const someLearners = manyOf(idText).pipe(
  z.array(idText).min(1, 'handoff:bulk.chooseSome').max(mostAtOnce),
)

/** One center for many learners. */
export const bulkInput = z.strictObject({
  center: idText,
  learners: z.array(idText).min(1).max(mostAtOnce),
  message: plainWords(longestMessage),
})
export type BulkInput = z.output<typeof bulkInput>

/** The same from a form with a checkbox for each. */
export const bulkForm = z.strictObject({
  center: idText,
  learners: someLearners,
  message: plainWords(longestMessage),
})

/** Who was ticked on a list: the caseload, or else the job-ready one; `center`: at which of one's centers. */
export const bulkQuery = z.object({
  from: emptyAsNone(z.literal('cases')),
  center: emptyAsNone(idText),
  learners: manyOf(z.string()).transform((ids) =>
    ids.filter((id) => idText.safeParse(id).success).slice(0, mostAtOnce),
  ),
})
export type BulkQuery = z.output<typeof bulkQuery>
