import { z } from 'zod'
import { isDay } from '../calendar.js'
import { listQuery } from '../http/list.js'
import { emptyAsNone, idText, manyOf, slugText } from '../http/parse.js'

export const agreementParams = z.strictObject({ id: idText })

/** The public crosswalk's filters. */
export const crosswalkFilters = {
  badge: emptyAsNone(slugText),
  track: emptyAsNone(slugText),
  course: emptyAsNone(z.string().trim().max(100)),
  fills: emptyAsNone(z.enum(['requirement', 'elective'])),
  college: emptyAsNone(idText),
  on: emptyAsNone(z.string().refine(isDay, 'http:field.notADate')),
}
export const crosswalkQuery = z.strictObject({ ...listQuery, ...crosswalkFilters })
export type CrosswalkQuery = z.output<typeof crosswalkQuery>

/** What-if: these badges besides one's own, at one college or all. */
export const whatIfQuery = z.strictObject({
  badge: manyOf(emptyAsNone(slugText)).transform((slugs) =>
    slugs.filter((slug): slug is string => slug !== undefined).slice(0, 20),
  ),
  college: emptyAsNone(idText),
  on: emptyAsNone(z.string().refine(isDay, 'http:field.notADate')),
})
export type WhatIfQuery = z.output<typeof whatIfQuery>
