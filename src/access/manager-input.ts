import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText, manyOf, optionalText } from '../http/parse.js'
import { emailText, languageText, nameText, newPassword } from './access-input.js'
import { roles } from './actor.js'
import { invitedRoles } from './invitation.js'
import { organizationKinds, organizationStates, selfRegisteredKinds } from './organization.js'

const choice = <const T extends readonly [string, ...string[]]>(of: T) =>
  z.preprocess((raw) => (raw === '' ? undefined : raw), z.enum(of).optional())

const community = optionalText(100)

/** Filters of the list of people, in its URL. */
export const peopleQuery = z.strictObject({
  community,
  role: choice(roles),
  state: choice(['active', 'deactivated']),
  q: optionalText(100),
  ...listQuery,
})
export type PeopleQuery = z.infer<typeof peopleQuery>

/** Filters of the list of organizations, in its URL. */
export const organizationsQuery = z.strictObject({
  community,
  kind: choice(organizationKinds),
  state: choice(organizationStates),
  ...listQuery,
})
export type OrganizationsQuery = z.infer<typeof organizationsQuery>

/** The history of a community: of its organizations unless told otherwise. */
export const historyQuery = z.strictObject({
  community,
  of: z.enum(['organizations', 'people']).default('organizations'),
  ...listQuery,
})
export type HistoryQuery = z.infer<typeof historyQuery>

/** The page of a list of invitations, in its URL. */
export const invitationsQuery = z.strictObject({ community, ...listQuery })

export const idParams = z.strictObject({ id: idText })

const chosenOrganization = z
  .string('http:field.required')
  .min(1, 'http:field.required')
  .pipe(idText)

const invited = {
  email: emailText,
  role: z.enum(invitedRoles, 'http:field.notAChoice'),
  organizationId: chosenOrganization,
}

export const invitationInput = z.strictObject({ ...invited, language: languageText })

/** The same as a call says it. */
export const invitationBody = z.strictObject({ ...invited, language: languageText.default('en') })

export const invitationParams = z.strictObject({
  id: idText,
  token: z.string().regex(/^[\w-]{43}$/),
})

/** Accepting: somebody new gives both, somebody with an account neither. */
export const acceptInput = z.strictObject({
  name: nameText.optional(),
  password: newPassword.optional(),
})

/** A role at an organization as checkboxes say it: `staff@<organization id>`. */
const roleAt = z
  .string()
  .regex(/^[a-z]+@[0-9a-zA-Z-]{1,64}$/, 'http:field.notAChoice')
  .transform((text) => {
    const [role = '', organizationId = ''] = text.split('@')
    return { role, organizationId }
  })
  .pipe(z.object({ role: z.enum(roles, 'http:field.notAChoice'), organizationId: idText }))

/** The roles page: which to keep, which to add; `preview` once somebody asked what it would do. */
export const rolesQuery = z.strictObject({
  roles: manyOf(roleAt),
  add: z.preprocess((raw) => (raw === '' ? undefined : raw), roleAt.optional()),
  preview: z.literal('yes').optional(),
})

export const rolesInput = z.strictObject({
  roles: manyOf(roleAt),
  rolesVersion: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
})

const webAddress = z
  .string()
  .trim()
  .max(300)
  .refine(
    (url) => url === '' || z.url({ protocol: /^https?$/ }).safeParse(url).success,
    'http:field.notAUrl',
  )
  .transform((url) => (url === '' ? undefined : url))
  .optional()

const organizationName = z
  .string()
  .trim()
  .min(2, 'http:field.required')
  .max(200)
  .regex(/^[^\p{Cc}<>]*$/u, 'access:problem.nameMarks')

/** What a manager may change of an organization. */
export const organizationFacts = z.strictObject({
  name: organizationName,
  url: webAddress,
  city: optionalText(100),
})

export const organizationDecision = z.strictObject({
  decision: z.enum(['approve', 'decline'], 'http:field.notAChoice'),
  reason: optionalText(1000),
})

const registeredOrganization = {
  kind: z.enum(selfRegisteredKinds, 'http:field.notAChoice'),
  organizationName,
  url: webAddress,
  city: z.string().trim().min(1, 'http:field.required').max(100),
  communityId: optionalText(100),
}

/** Registering an organization, signed in. */
export const ownOrganizationInput = z.strictObject(registeredOrganization)

/** Registering an organization together with one's account. */
export const newOrganizationInput = z.strictObject({
  ...registeredOrganization,
  name: nameText,
  email: emailText,
  password: newPassword,
})
