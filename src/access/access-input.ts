import { z } from 'zod'
import { optionalText } from '../http/parse.js'
import { isGuessedFirst, isOwnName, passwordLength } from './password.js'

/** An e-mail address, as the store keeps it: in lower case. */
export const emailText = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, 'http:field.required')
  .max(254)
  .pipe(z.email('http:field.notAnEmail'))

/** A password as it was chosen long ago: no rule but a length that can be hashed. */
export const givenPassword = z.string().min(1, 'http:field.required').max(passwordLength.max)

/** A password being chosen. */
export const newPassword = z
  .string()
  .min(passwordLength.min)
  .max(passwordLength.max)
  .refine((password) => !isGuessedFirst(password), 'access:problem.guessedFirst')

export const nameText = z
  .string()
  .trim()
  .min(1, 'http:field.required')
  .max(120)
  .regex(/^[^\p{Cc}<>:/@\\]*$/u, 'access:problem.nameMarks')

export const languageText = z.enum(['en', 'es'])

/** Refuses a password that is the person's own address or name. */
export const isNotOwnName = (person: { password: string; email?: string; name?: string }) =>
  !isOwnName(person.password, person)

export const signInInput = z.strictObject({
  email: z.string().trim().min(1, 'http:field.required').max(254),
  password: givenPassword,
  returnTo: z.string().max(2000).optional(),
  /** Others use this computer next. */
  shared: z.literal('yes').optional(),
})

export const emailInput = z.strictObject({ email: emailText })

const registered = {
  name: nameText,
  email: emailText,
  password: newPassword,
  communityId: z.string().max(100).optional(),
  city: z.string().trim().min(1, 'http:field.required').max(100),
  postalCode: optionalText(10),
  agreement: z.literal('accepted', 'access:problem.agreementNeeded'),
}
const ownName = { path: ['password'], message: 'access:problem.ownName' }

/** A learner's registration as the form sends it; its language is that of the page. */
export const registerInput = z.strictObject(registered).refine(isNotOwnName, ownName)

/** The same as a call says it. */
export const registerBody = z
  .strictObject({ ...registered, language: languageText.default('en') })
  .refine(isNotOwnName, ownName)

export const chosenPassword = z.strictObject({ password: newPassword })

export const passwordChange = z.strictObject({
  currentPassword: givenPassword,
  password: newPassword,
})

export const detailsInput = z.strictObject({ name: nameText, language: languageText })

/** Account id and one-time token of a link in a mail. */
export const linkParams = z.strictObject({
  account: z.string().regex(/^[\w-]{1,64}$/),
  token: z.string().regex(/^[\w-]{43}$/),
})

export const tokenInput = z.strictObject({
  email: z.string().min(1).max(254),
  password: givenPassword,
})

export const refreshInput = z.strictObject({ refreshToken: z.string().min(1).max(200) })

/** A form of one button. */
export const noFields = z.strictObject({})
