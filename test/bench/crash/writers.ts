import type { Collection, Db } from 'mongodb'
import { nameOf, type Ledger } from './ledger.js'

/** `n` and `m` are always written together, and `pad` is as long as `size` says: else the document is torn. */
export interface Row {
  _id: string
  key?: string
  email?: string
  batch?: string
  tags?: string[]
  n: number
  m: number
  size?: number
  pad?: string
}

export interface Desk {
  readonly db: Db
  readonly ledger: Ledger
  /** From 0 to 1, from the seed. */
  readonly random: () => number
  /** Different in each round. */
  readonly round: number
}

type Writer = (desk: Desk) => Promise<void>

const rows = ({ db }: Desk, name: string): Collection<Row> => db.collection<Row>(name)

const both = { $inc: { n: 1, m: 1 } }

function newRow({ random }: Desk, _id: string, batch: string): Row {
  const size = random() < 0.1 ? 2_500 : 60 + Math.floor(random() * 200)
  const pad = 'x'.repeat(size)
  return { _id, email: `${_id}@example.org`, batch, tags: ['new', batch], n: 0, m: 0, size, pad }
}

/** True when it was refused as a duplicate; anything else is the caller's to explain. */
async function isDuplicate(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked
    return false
  } catch (error) {
    if ((error as { code?: unknown }).code === 11_000) return true
    throw error
  }
}

function insist(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence)
}

/** One document after the other: inserted, changed by `_id`, each fifth deleted, each seventh refused. */
const single =
  (writer: number): Writer =>
  async (desk) => {
    const { ledger, round } = desk
    const learners = rows(desk, 'learners')
    for (let at = 0; ; at += 1) {
      const row = newRow(desk, `${round}-${writer}-${at}`, `s${writer}`)
      const name = nameOf('learners', row._id)
      const inserted = ledger.document(name, 0)
      await learners.insertOne(row)
      inserted()
      const changed = ledger.document(name, 1)
      await learners.updateOne({ _id: row._id }, { ...both, $set: { tags: ['done'] } })
      changed()
      if (at % 7 === 0) {
        const twin = { ...row, _id: `${row._id}-twin` }
        insist(await isDuplicate(learners.insertOne(twin)), `${twin._id} was not refused`)
      }
      if (at % 5 !== 0) continue
      const deleted = ledger.document(name, 'absent')
      await learners.deleteOne({ _id: row._id })
      deleted()
    }
  }

/** Many at once, some lists with a duplicate inside; then all of a list changed, and an earlier list deleted. */
const batches =
  (writer: number): Writer =>
  async (desk) => {
    const { ledger, round, random } = desk
    const collection = rows(desk, 'batches')
    let before: { batch: string; names: string[] } | undefined
    for (let at = 0; ; at += 1) {
      const batch = `${round}-${writer}-${at}`
      const length = 50 + Math.floor(random() ** 3 * 4_000)
      const made = Array.from({ length }, (_, n) => newRow(desk, `${batch}-${n}`, batch))
      const refused = at % 3 === 2 ? 1 + Math.floor(random() * (length - 1)) : length
      const twin = made[refused]
      if (twin) twin.email = `${batch}-0@example.org`
      const all = made.map(({ _id }) => nameOf('batches', _id))
      const inserted = ledger.list(all, refused)
      const was = await isDuplicate(collection.insertMany(made))
      insist(was === refused < length, `list ${batch} was ${was ? '' : 'not '}refused`)
      inserted()
      const names = all.slice(0, refused)
      const changed = names.map((name) => ledger.document(name, 1))
      await collection.updateMany({ batch }, { ...both, $push: { tags: 'changed' } })
      for (const done of changed) done()
      if (before) {
        const deleted = before.names.map((name) => ledger.document(name, 'absent'))
        await collection.deleteMany({ batch: before.batch })
        for (const done of deleted) done()
      }
      before = at % 2 === 0 ? { batch, names } : undefined
    }
  }

/** Several add to the same documents, which the first of them makes. */
const totals =
  (writer: number): Writer =>
  async (desk) => {
    const collection = rows(desk, 'totals')
    for (let at = 0; ; at += 1) {
      const key = `key ${(at + writer) % 7}`
      const added = desk.ledger.tally(nameOf('totals', key))
      await collection.updateOne({ key }, both, { upsert: true })
      added()
    }
  }

/** Hands out numbers, each once. */
const numbers =
  (given: Set<number>): Writer =>
  async (desk) => {
    const collection = rows(desk, 'totals')
    const { ledger } = desk
    for (;;) {
      const taken = ledger.tally(nameOf('totals', 'counter'))
      const answer = await collection.findOneAndUpdate({ _id: 'counter' }, both, {
        upsert: true,
        returnDocument: 'after',
      })
      taken()
      const n = answer?.n ?? 0
      insist(!given.has(n), `number ${n} was given twice`)
      given.add(n)
    }
  }

const pause = (milliseconds: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** Builds an index over what others write, and drops it again. */
const indexes: Writer = async (desk) => {
  const { ledger, random } = desk
  const collection = rows(desk, 'batches')
  for (let at = 0; ; at += 1) {
    const name = `extra ${at % 2}`
    const made = ledger.index(nameOf('batches', name), 1)
    const key = at % 2 === 0 ? { tags: 1, size: -1 } : { batch: 1, size: 1, n: 1 }
    await collection.createIndex(key, { name }, {})
    made()
    await pause(random() * 40)
    const dropped = ledger.index(nameOf('batches', name), 'absent')
    await collection.dropIndex(name)
    dropped()
  }
}

/** Makes a collection and drops it with all that is in it. */
const scratch: Writer = async (desk) => {
  const { ledger, round } = desk
  for (let at = 0; ; at += 1) {
    const name = `scratch-${round}-${at}`
    const collection = rows(desk, name)
    const made = Array.from({ length: 1_500 }, (_, n) => newRow(desk, `${n}`, `${n % 3}`))
    const created = ledger.collection(name, 1)
    const names = made.map(({ _id }) => nameOf(name, _id))
    const inserted = ledger.list(names, made.length)
    await collection.insertMany(made)
    created()
    inserted()
    const indexed = ledger.index(nameOf(name, 'batch_1'), 1)
    await collection.createIndex({ batch: 1 }, {}, {})
    indexed()
    const dropped = ledger.collection(name, 'absent')
    await collection.drop()
    dropped()
  }
}

/** Everything that is written at the same time; none of them ends by itself. */
export function allWriters(given: Set<number>): Writer[] {
  const many = (count: number, make: (writer: number) => Writer) =>
    Array.from({ length: count }, (_, writer) => make(writer))
  return [
    ...many(4, single),
    ...many(2, batches),
    ...many(3, totals),
    ...many(2, () => numbers(given)),
    indexes,
    scratch,
  ]
}
