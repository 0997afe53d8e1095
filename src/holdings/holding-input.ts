import { z } from 'zod'
import { emailText, givenPassword } from '../access/access-input.js'
import { listQuery } from '../http/list.js'
import { idText } from '../http/parse.js'

export const passwordOnly = z.strictObject({ password: givenPassword })

export const fileParams = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) })

export const keepInput = z.strictObject({ email: emailText, password: givenPassword })

const reason = z.string().trim().min(10).max(1000)

export const holdInput = z.strictObject({ email: emailText, reason })

export const liftInput = z.strictObject({ reason })

export const holdParams = z.strictObject({ id: idText })

export const holdQuery = z.strictObject(listQuery)
