/**
 * What a store reads of one collection, said so that a read of another one can bring it along: several in one command
 * instead of one round trip each. An index must serve it. A path into what was read before looks like `awards.badge`.
 */
export interface JointRead<T> {
  readonly from: string
  /** Plain conditions, no `$expr`. */
  readonly filter?: Readonly<Record<string, unknown>>
  /** Only rows whose `field` has one of the values at `path`. */
  readonly join?: { readonly field: string; readonly path: string }
  /** Only rows whose `field` is the single value at `path`. */
  readonly equal?: { readonly field: string; readonly path: string }
  readonly sort?: Readonly<Record<string, 1 | -1>>
  readonly limit?: number
  /** Fields that are wanted (1), or that stay in the database (0). */
  readonly fields?: Readonly<Record<string, 0 | 1>>
  take(rows: readonly unknown[]): T
}

/** Reads by name, each with what it gives; one that refers to another stands after it. */
export type JointReads<T> = { readonly [Name in keyof T]: JointRead<T[Name]> }

/** The stage that brings the rows of a read along under a name. */
export function stageOf(as: string, read: JointRead<unknown>) {
  const { from, filter, join, equal, sort, limit, fields } = read
  const sameValue = equal && { $expr: { $eq: [`$${equal.field}`, '$$value'] } }
  return {
    $lookup: {
      from,
      as,
      ...(join && { localField: join.path, foreignField: join.field }),
      ...(equal && { let: { value: `$${equal.path}` } }),
      pipeline: [
        { $match: { ...filter, ...sameValue } },
        ...(sort ? [{ $sort: sort }] : []),
        ...(limit === undefined ? [] : [{ $limit: limit }]),
        ...(fields ? [{ $project: fields }] : []),
      ],
    },
  }
}
