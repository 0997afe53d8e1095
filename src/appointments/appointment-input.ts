import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { idText, optionalText } from '../http/parse.js'
import { modes } from './slot.js'

const day = z.string().refine(isDay, 'http:field.notADate')
const none = (raw: unknown) => (raw === '' ? undefined : raw)
const optionalDay = z.preprocess(none, day.optional())
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'appointments:field.time')

/** A whole number, typed or sent as JSON. */
const whole = (low: number, high: number, message: string) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d{1,6}$/, message)
          .transform(Number),
      ],
      message,
    )
    .refine((value) => Number.isInteger(value) && value >= low && value <= high, message)

export const idParams = z.strictObject({ id: idText })

export const slotsQuery = z.strictObject({ ...listQuery, from: optionalDay })
export const moveQuery = z.strictObject({ cursor: listQuery.cursor, from: optionalDay })
export const ownQuery = z.strictObject(listQuery)

export const views = ['day', 'week'] as const
export const calendarQuery = z.strictObject({
  center: z.preprocess(none, idText.optional()),
  on: optionalDay,
  view: z.preprocess(none, z.enum(views).default('week')),
  cursor: listQuery.cursor,
})

/** A box of a form that is ticked, or true; absent is not. */
const ticked = z.preprocess(
  (raw) => (raw === undefined ? false : raw === 'yes' ? true : raw),
  z.boolean(),
)
const funds = z.enum(['adult', 'other'])

const facts = {
  startsOn: day,
  time,
  minutes: whole(15, 240, 'appointments:field.minutes'),
  mode: z.enum(modes),
  capacity: whole(1, 50, 'appointments:field.capacity'),
  where: optionalText(300),
}

/** At which of one's centers: for who works at several. */
export const offerQuery = z.object({ center: z.preprocess(none, idText.optional()) })

export const offerForm = z.strictObject({
  ...facts,
  center: z.preprocess(none, idText.optional()),
  priority: z.preprocess(none, funds.optional()),
  weeks: z.preprocess(
    (raw) => (raw === '' || raw === undefined ? 1 : raw),
    whole(1, 26, 'appointments:field.weeks'),
  ),
})

export const slotForm = z.strictObject({
  ...facts,
  version: whole(1, 999_999, 'appointments:field.version'),
})

/** Who comes first in line; nothing, or null, for whoever asked first. */
export const orderForm = z.strictObject({
  priority: z.preprocess(none, funds.nullish()).transform((value) => value ?? undefined),
  series: ticked,
})

const reason = z.string().trim().min(3, 'appointments:field.reason').max(500)
export const cancelSlotForm = z.strictObject({ reason })
export const cancelForm = z.strictObject({ reason: optionalText(500) })
export const bookForm = z.strictObject({})
export const waitForm = z.strictObject({ covered: ticked, priorityGroup: ticked })
export const takeForm = z.strictObject({})
export const moveForm = z.strictObject({ slot: idText })
/** What stood there for whoever says it: something else is a correction, and may not happen unseen. */
const was = z.enum(['booked', 'attended', 'no_show']).prefault('booked')
export const markForm = z.strictObject({ state: z.enum(['attended', 'no_show']), was })

export const bookBody = z.strictObject({ slot: idText })
export const changeBody = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('cancel'), reason: optionalText(500) }),
  z.strictObject({ change: z.literal('move'), slot: idText }),
  z.strictObject({ change: z.literal('take') }),
  z.strictObject({ change: z.literal('attended'), was }),
  z.strictObject({ change: z.literal('no_show'), was }),
])
export type ChangeBody = z.output<typeof changeBody>

export const appointmentsQuery = z.strictObject({
  ...listQuery,
  center: z.preprocess(none, idText.optional()),
  from: optionalDay,
})
