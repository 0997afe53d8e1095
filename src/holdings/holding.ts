/**
 * What is held about one person: every collection that has rows about a learner, how they are found, what a download of
 * one's own data shows of them, and what becomes of them when the person leaves. One table for both, so that nothing can be
 * handed out and forgotten, or forgotten and kept. A test fails for a collection that names a learner and is not here.
 */

/** The person, by all the marks their rows may carry. */
export interface Subject {
  readonly learnerId: string
  readonly communityId: string
  readonly accountId?: string
  readonly email?: string
  /** The same marks of records that were joined into the learner's: rows about the person still bear them. */
  readonly joined?: JoinedMarks
}

export interface JoinedMarks {
  readonly learnerIds: readonly string[]
  readonly accountIds: readonly string[]
  readonly emails: readonly string[]
}

/** The learner's record with those that were joined into it. */
export const recordsOf = ({ learnerId, joined }: Subject): string[] => [
  learnerId,
  ...(joined?.learnerIds ?? []),
]

/** A row as the database keeps it. */
export type Row = Readonly<Record<string, unknown>> & { readonly _id: unknown }

/** What is left of a row when the person has left; undefined when nothing is. */
type Rest = (row: Row) => Row | undefined

export interface Holding {
  readonly collection: string
  /** The field that names the person, and by what; `communityId` is asked for too where an index leads with it. */
  readonly field: string
  readonly names: 'learner' | 'account' | 'email'
  /** Another field of the row that may name the person instead. */
  readonly orField?: string
  readonly inCommunity?: true
  /** Fields that are no data about the person: secrets, search keys, mail on its way. */
  readonly hides?: readonly string[]
  /** Leaves out what somebody else wrote down for themselves alone. */
  readonly cuts?: (row: Row, subject: Subject) => Row
  /** What a row becomes: gone, left as it is because it says nothing that names a person, or cut down. */
  readonly onLeaving: 'delete' | 'keep' | Rest
  /** The list in a row of several people from which only this person's entries are shown, and taken. */
  readonly within?: string
  /** A field set to the moment somebody asks to leave, so that nothing works any more. */
  readonly stops?: string
  /** A copy of the person's name, blank while they are leaving. */
  readonly nameField?: string
  /** A copy is locked away first, because the law wants it kept for a time. */
  readonly isLocked?: true
}

/** Only these fields of a row; those of a list of rows as `list.field`. What is not named here is gone. */
export const only =
  (...fields: readonly string[]) =>
  (row: Row): Row => ({ ...pick(row, fields), _id: row._id })

function pick(row: Readonly<Record<string, unknown>>, fields: readonly string[]) {
  const plain = fields.filter((field) => !field.includes('.'))
  const lists = [...new Set(fields.filter((field) => field.includes('.')).map(headOf))]
  return Object.fromEntries([
    ...plain.filter((field) => row[field] !== undefined).map((field) => [field, row[field]]),
    ...lists
      .filter((list) => row[list] !== undefined)
      .map((list) => [list, picked(row[list], list, fields)]),
  ]) as Record<string, unknown>
}

const headOf = (field: string): string => field.split('.')[0] ?? ''

function picked(value: unknown, list: string, fields: readonly string[]): unknown {
  const inner = fields
    .filter((field) => field.startsWith(`${list}.`))
    .map((field) => field.slice(list.length + 1))
  const one = (row: unknown) => pick(row as Record<string, unknown>, inner)
  return Array.isArray(value) ? value.map(one) : one(value)
}

/** The values by which a holding finds this person's rows, those of joined records too; none when there is no such mark. */
export function marksOf({ names }: Pick<Holding, 'names'>, subject: Subject): readonly string[] {
  const { accountId, email, joined } = subject
  if (names === 'learner') return recordsOf(subject)
  const [own, others] =
    names === 'account' ? [accountId, joined?.accountIds] : [email, joined?.emails]
  return [...(own === undefined ? [] : [own]), ...(others ?? [])]
}

/** A row without the fields that are no data about the person. */
export function shownRow(row: Row, { hides = [], cuts }: Holding, subject: Subject): Row {
  const shown = Object.entries(row).filter(([field]) => !hides.includes(field))
  const rest = { ...Object.fromEntries(shown), _id: row._id }
  return cuts ? cuts(rest, subject) : rest
}
