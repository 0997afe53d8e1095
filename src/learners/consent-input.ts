import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { idText, manyOf } from '../http/parse.js'
import { purposes, recordKinds } from './consent.js'

const day = z.string().refine(isDay, 'http:field.notADate')
const password = z.string().min(1).max(1000)

/** POST /consents. */
export const consentBody = z.strictObject({
  parties: z.array(idText).min(1).max(20),
  purpose: z.enum(purposes),
  records: z.array(z.enum(recordKinds)).min(1).max(recordKinds.length),
  expiresOn: day.optional(),
  password,
})

/** The form: one organization at a time, so that nobody signs for a list they did not read. */
export const consentForm = z.strictObject({
  party: idText,
  purpose: z.enum(purposes),
  records: manyOf(z.enum(recordKinds)).pipe(
    z.array(z.enum(recordKinds)).min(1, 'learners:error.noRecords'),
  ),
  expiresOn: day,
  password,
})

/** POST /consents/{id}/renewals. */
export const renewalBody = z.strictObject({ expiresOn: day.optional(), password })

/** The form always says until when. */
export const renewalForm = z.strictObject({ expiresOn: day, password })

/** What a link to the form may fill in before. */
export const consentAsked = z.object({
  party: idText.optional().catch(undefined),
  purpose: z.enum(purposes).optional().catch(undefined),
  next: z.string().max(200).optional().catch(undefined),
})

export const consentParams = z.strictObject({ id: idText })

export const disclosureQuery = z.strictObject(listQuery)
