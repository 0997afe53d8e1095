import { z } from 'zod'
import { givenPassword } from '../access/access-input.js'

export const passwordOnly = z.strictObject({ password: givenPassword })

export const fileParams = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) })
