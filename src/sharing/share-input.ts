import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { idText, manyOf, optionalText } from '../http/parse.js'
import { mostShared } from './share.js'

const day = z.string().refine(isDay, 'http:field.notADate')

/** POST /shares. */
export const shareBody = z.strictObject({
  credentials: z.array(idText).min(1).max(mostShared),
  title: optionalText(120),
  expiresOn: day.optional(),
})

/** The same from a form. */
export const shareForm = z.strictObject({
  credentials: manyOf(idText).pipe(z.array(idText).min(1, 'sharing:error.nothing').max(mostShared)),
  title: optionalText(120),
  expiresOn: day,
})

/** What a link to the form may choose before. */
export const shareAsked = z.object({ credential: idText.optional().catch(undefined) })

export const shareParams = z.strictObject({ id: idText })

export const shareListQuery = z.strictObject(listQuery)

/** `/credentials/{id}` or `/credentials/{id}.png`: the id, and the form that the suffix names. */
export const credentialParams = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-zA-Z-]{1,64}(\.(json|jws|png|svg))?$/)
    .transform((text) => {
      const [id = '', suffix] = text.split('.')
      return { id, suffix: suffix as 'json' | 'jws' | 'png' | 'svg' | undefined }
    }),
})

export const credentialQuery = z.object({ share: idText.optional().catch(undefined) })

/** Which credentials go into a transcript. */
export const transcriptQuery = z.strictObject({
  credentials: manyOf(idText).pipe(z.array(idText).min(1, 'sharing:error.nothing').max(mostShared)),
})
