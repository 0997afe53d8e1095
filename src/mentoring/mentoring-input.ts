import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, manyOf, optionalText, slugText } from '../http/parse.js'
import { meetingTopics, noteReaders } from './meeting.js'
import { allowances, largestCapacity } from './pairing.js'

const day = z.string().refine(isDay, 'http:field.notADate')

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,4}$/, 'mentoring:field.number')
    .transform(Number)
    .pipe(z.number().min(least).max(most))

export const idParams = z.strictObject({ id: idText })

export const pairingInput = z.strictObject({ mentor: idText, startedOn: day })
export type PairingInput = z.output<typeof pairingInput>

export const endPairingInput = z.strictObject({ reason: optionalText(1000) })

export const meetingInput = z.strictObject({
  on: day,
  minutes: wholeNumber(1, 600),
  topic: z.enum(meetingTopics),
  note: optionalText(4000),
  readers: manyOf(z.enum(noteReaders)),
})
export type MeetingInput = z.output<typeof meetingInput>

export const nudgeInput = z.strictObject({ text: z.string().trim().min(1).max(2000) })

export const allowInput = z.strictObject({ allows: manyOf(z.enum(allowances)) })

export const capacityInput = z.strictObject({ capacity: wholeNumber(0, largestCapacity) })

export const menteeQuery = z.strictObject({
  ...listQuery,
  q: optionalText(100),
  track: emptyAsNone(slugText),
  flag: emptyAsNone(z.enum(['quiet'])),
})
export type MenteeQuery = z.output<typeof menteeQuery>

/** Which mentor to show on the choosing form; a search by name. */
export const mentorSearch = z.object({ q: optionalText(100) })
