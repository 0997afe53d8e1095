import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText, optionalText } from '../http/parse.js'
import { messageStates } from './message.js'

/** Filters of the list of messages, in its URL. */
export const messagesQuery = z.strictObject({
  community: optionalText(100),
  state: z.preprocess((raw) => (raw === '' ? undefined : raw), z.enum(messageStates).optional()),
  ...listQuery,
})

export const messageParams = z.strictObject({ id: idText })
