import { readArguments, required, type Arguments } from './arguments.js'
import { parseDoc, toBytes } from './codec.js'
import type { Command } from './commands.js'
import { CommandError, insist } from './error.js'
import { applyChange, insertOne, prepare, type Outcome } from './modify.js'
import { compileProjection } from './project.js'
import type { WriteJob } from './store.js'
import type { Doc } from './values.js'

/** Does one statement after the other, adds up what they did and answers those that were refused; an ordered list ends at the first. */
function* inTurn<T>(
  list: readonly T[],
  { ordered = true }: Arguments,
  run: (statement: T) => WriteJob<Outcome>,
) {
  const isRight = list.length > 0 && list.length <= 100_000
  insist(isRight, 16, `Write batch sizes must be between 1 and 100000. Got ${list.length}.`)
  let [n, nModified] = [0, 0]
  const [upserted, writeErrors]: [Doc[], Doc[]] = [[], []]
  for (const [index, statement] of list.entries())
    try {
      const done = yield* run(statement)
      n += done.n
      nModified += done.nModified
      if ('upsertedId' in done) upserted.push({ index, _id: done.upsertedId })
    } catch (error) {
      const isRefusal = error instanceof CommandError && error.code !== 73 && error.code !== 91
      if (!isRefusal) throw error
      const { code, extra, message } = error
      writeErrors.push({ index, code, ...extra, errmsg: message })
      if (ordered) break
      yield
    }
  return { n, nModified, upserted, ...(writeErrors.length > 0 && { writeErrors }) }
}

export const writeCommands: Record<string, Command> = {
  async insert(context, given) {
    const docs = context.documents ?? required(given.documents, 'documents').map(toBytes)
    const job = inTurn(docs, given, (bytes) => insertOne(context, prepare(parseDoc(bytes), bytes)))
    const { nModified: _, upserted: _ids, ...reply } = await context.engine.store.write(job)
    return reply
  },
  async update(context, given) {
    const { maxTimeMS } = given
    const job = inTurn(required(given.updates, 'updates'), given, (statement) =>
      applyChange(context, { u: null, ...readArguments(statement), maxTimeMS }),
    )
    const { upserted, ...reply } = await context.engine.store.write(job)
    return { ...reply, ...(upserted.length > 0 && { upserted }) }
  },
  async delete(context, given) {
    const { maxTimeMS } = given
    const job = inTurn(required(given.deletes, 'deletes'), given, (statement) => {
      const { limit, ...removal } = readArguments(statement)
      insist(limit === 0 || limit === 1, 9, 'The limit field in delete objects must be 0 or 1.')
      return applyChange(context, { ...removal, u: undefined, multi: limit === 0, maxTimeMS })
    })
    const { nModified: _, upserted: _ids, ...reply } = await context.engine.store.write(job)
    return reply
  },
  async findAndModify(context, given) {
    const { query: q, update: u, upsert, remove = false, new: isNew = false } = given
    const show = compileProjection(given.fields)?.ofDoc ?? ((doc: Doc) => doc)
    const isRight = remove ? u === undefined && !isNew && !upsert : u !== undefined
    insist(isRight, 9, "Either 'remove' alone or 'update' must be specified")
    const job = applyChange(context, { ...given, q, u, multi: false })
    const { n, before, after, ...done } = await context.engine.store.write(job)
    const isUpserted = 'upsertedId' in done
    const updated = !remove && { updatedExisting: n > 0 && !isUpserted }
    const lastErrorObject = { n, ...updated, ...(isUpserted && { upserted: done.upsertedId }) }
    const shown = isNew ? after : before
    return { lastErrorObject, value: shown ? show(shown) : null }
  },
}
