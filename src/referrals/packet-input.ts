import { z } from 'zod'
import { idText } from '../http/parse.js'
import { linkDays } from './packet.js'

const days = z.coerce.number().pipe(z.literal([...linkDays]))

/** For how many days a new link works. */
export const linkForm = z.strictObject({ days })

export const linkParams = z.strictObject({ id: idText, link: idText })

export const tokenParams = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) })

/** Who opens a link, in their own words, and in which form they want the packet; `resume` is the file in it. */
export const openForm = z.strictObject({
  name: z.string().trim().min(1).max(100),
  format: z.enum(['page', 'pdf', 'resume']).default('page'),
})
