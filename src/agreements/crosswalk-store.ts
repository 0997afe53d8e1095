import type { QueryFilter } from 'mongoose'
import type { Day } from '../calendar.js'
import {
  Agreements,
  searchWords,
  toAgreement,
  versionsOf,
  type AgreementRow,
} from './agreement-store.js'
import { offeredOn, type Agreement } from './agreement.js'

/** What the public crosswalk asks: everything is optional. */
export interface CrosswalkFilter {
  readonly badge?: string | undefined
  /** One of these at least. */
  readonly badges?: readonly string[] | undefined
  /** Words of the course, the beginning of each. */
  readonly course?: string | undefined
  readonly fills?: Agreement['fills'] | undefined
  readonly college?: string | undefined
  readonly on: Day
}

/** The place of a row in the crosswalk's order. */
export interface CrosswalkPlace {
  readonly course: string
  readonly id: string
}

/** A page of the agreements in force on a day, by course; `more` is the place of the last row when there are more. */
export async function agreementsInForce(
  filter: CrosswalkFilter,
  limit: number,
  after?: CrosswalkPlace,
): Promise<{ readonly items: Agreement[]; readonly more: CrosswalkPlace | undefined }> {
  const where: QueryFilter<AgreementRow> = {
    $and: [
      {},
      ...(filter.badge === undefined ? [] : [{ 'badges.of': filter.badge }]),
      ...(filter.badges === undefined ? [] : [{ 'badges.of': { $in: [...filter.badges] } }]),
      ...searchWords(filter.course ?? '').map((word) => ({ words: new RegExp(`^${word}`) })),
    ],
    ...(filter.college === undefined ? {} : { collegeId: filter.college }),
    ...(filter.fills === undefined ? {} : { fills: filter.fills }),
    to: { $gte: filter.on },
    from: { $lte: filter.on },
    ...(after && {
      course: { $gte: after.course },
      $or: [{ course: { $gt: after.course } }, { _id: { $gt: after.id } }],
    }),
  }
  const rows = await Agreements.find(where)
    .sort({ course: 1, _id: 1 })
    .limit(limit + 1)
    .lean<AgreementRow[]>()
  const page = rows.slice(0, limit).map(toAgreement)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    items: await dropReplaced(page, filter.on),
    more: last && { course: last.course, id: last.id },
  }
}

/** A version counts as ended from the day its successor starts, even while its own row is not closed yet. */
async function dropReplaced(page: readonly Agreement[], on: Day): Promise<Agreement[]> {
  const series = [...new Set(page.map((agreement) => agreement.series))]
  const offered = new Set(offeredOn(await versionsOf(series), on).map(({ id }) => id))
  return page.filter(({ id }) => offered.has(id))
}
