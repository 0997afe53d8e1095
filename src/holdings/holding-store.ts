import mongoose from 'mongoose'
import { marksOf, recordsOf, type Holding, type Row, type Subject } from './holding.js'

/** Collections are named by the table of holdings, not by a model: this is the one place that reads across features. */
const rowsOf = ({ collection }: Holding) =>
  mongoose.connection.collection<{ _id: string }>(collection)

function filterOf(holding: Holding, subject: Subject) {
  const marks = marksOf(holding, subject)
  if (marks.length === 0) return undefined
  const { field, orField, inCommunity } = holding
  const named = { $in: [...marks] }
  return {
    ...(inCommunity && { communityId: subject.communityId }),
    ...(orField === undefined
      ? { [field]: named }
      : { $or: [{ [field]: named }, { [orField]: named }] }),
  }
}

/** The rows of a person in one collection, one by one. */
export async function* rowsHeld(holding: Holding, subject: Subject): AsyncGenerator<Row> {
  const filter = filterOf(holding, subject)
  if (!filter) return
  const cursor = rowsOf(holding).find(filter, { batchSize: 200 })
  for await (const row of cursor) yield row
}

/** How many rows a person has in one collection. */
export async function countHeld(holding: Holding, subject: Subject): Promise<number> {
  const filter = filterOf(holding, subject)
  return filter ? rowsOf(holding).countDocuments(filter) : 0
}

/** Takes all rows of a person out of one collection; of rows that others share, only the person's entries. */
export async function deleteHeld(holding: Holding, subject: Subject): Promise<void> {
  const filter = filterOf(holding, subject)
  const { within } = holding
  if (!filter) return
  if (within === undefined) await rowsOf(holding).deleteMany(filter)
  else
    await mongoose.connection
      .collection<Record<string, object[]>>(holding.collection)
      .updateMany(filter as object, {
        $pull: { [within]: { learnerId: { $in: recordsOf(subject) } } },
      })
}

/** Puts what is left of one row in its place; undefined takes it away. */
export async function replaceHeld(
  holding: Holding,
  id: unknown,
  rest: Row | undefined,
): Promise<void> {
  const filter = { _id: id as string }
  if (rest === undefined) await rowsOf(holding).deleteOne(filter)
  else await rowsOf(holding).replaceOne(filter, rest)
}

/** Stops what works by itself and blanks copies of the name; again changes nothing. */
export async function hideHeld(holding: Holding, subject: Subject, at: Date): Promise<void> {
  const filter = filterOf(holding, subject)
  const { stops, nameField } = holding
  if (!filter) return
  if (stops !== undefined)
    await rowsOf(holding).updateMany(
      { ...filter, [stops]: { $exists: false } },
      { $set: { [stops]: at } },
    )
  if (nameField !== undefined)
    await rowsOf(holding).updateMany(filter, { $set: { [nameField]: '' } })
}

/** Puts the name back where it was blanked. */
export async function nameHeld(holding: Holding, subject: Subject, name: string): Promise<void> {
  const filter = filterOf(holding, subject)
  const { nameField } = holding
  if (filter && nameField !== undefined)
    await rowsOf(holding).updateMany(filter, { $set: { [nameField]: name } })
}
