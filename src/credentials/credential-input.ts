import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, manyOf, slugText } from '../http/parse.js'
import { changeKinds, mostAtOnce } from './credential-change.js'
import { credentialStates } from './credential.js'

const filters = { badge: emptyAsNone(slugText), state: emptyAsNone(z.enum(credentialStates)) }

/** Filters of the list of signed badges, in its URL. */
export const credentialsQuery = z.strictObject({ ...listQuery, ...filters })
export type CredentialsQuery = z.output<typeof credentialsQuery>

/** The page that asks before a change: of those picked, or of the whole page of the list. */
export const changeQuery = z.strictObject({
  ...listQuery,
  ...filters,
  kind: z.enum(changeKinds, 'credentials:problem.kindNeeded'),
  ids: manyOf(idText).pipe(z.array(z.string()).max(mostAtOnce)),
  whole: z.literal('page').optional(),
})

const reason = z.string().trim().min(5).max(500)

/** What is done and why; the learner reads the reason. */
export const changeForm = z.strictObject({
  kind: z.enum(changeKinds),
  ids: manyOf(idText).pipe(z.array(z.string()).min(1).max(mostAtOnce)),
  reason,
})

/** The same as JSON. */
export const changeBody = z.strictObject({
  kind: z.enum(changeKinds),
  ids: z.array(idText).min(1).max(mostAtOnce),
  reason,
})

export const withdrawForm = z.strictObject({ reason })
export const idParams = z.strictObject({ id: idText })
