import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText, optionalText } from '../http/parse.js'

export const centerQuery = z.strictObject({ ...listQuery, q: optionalText(100) })
export type CenterQuery = z.output<typeof centerQuery>

export const centerParams = z.strictObject({ id: idText })
