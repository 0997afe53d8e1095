import { z } from 'zod'
import { manyOf, optionalText } from '../http/parse.js'

const phone = optionalText(40).refine(
  (text) => text === undefined || (/^[+()\d][\d\s().-]*$/.test(text) && /(\d\D*){7}/.test(text)),
  'learners:error.phone',
)

const webAddress = optionalText(500).refine(
  (text) => text === undefined || (URL.canParse(text) && /^https?:\/\/[^/]+\.[^/]+/i.test(text)),
  'learners:error.portfolio',
)

/** The profile form. */
export const profileInput = z.strictObject({
  city: z.string().trim().min(1).max(100),
  postalCode: optionalText(10).refine(
    (text) => text === undefined || /^[\dA-Za-z][\dA-Za-z -]{2,9}$/.test(text),
    'learners:error.postalCode',
  ),
  phone,
  portfolioUrl: webAddress,
  resumeUrl: webAddress,
  agreement: manyOf(z.literal('accepted')),
})
export type ProfileInput = z.output<typeof profileInput>
