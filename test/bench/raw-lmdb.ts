import { deserialize, serialize } from 'bson'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import type { Collection } from '../../src/embedded-mongo/catalog.js'
import { parseDoc } from '../../src/embedded-mongo/codec.js'
import { openEngine } from '../../src/embedded-mongo/engine.js'
import { encodeKey } from '../../src/embedded-mongo/keys.js'
import {
  after,
  recordKey,
  ridAtEnd,
  spaceKey,
  wholeSpace,
} from '../../src/embedded-mongo/keyspace.js'
import { entriesOf } from '../../src/embedded-mongo/records.js'
import type { Learner } from './sample-learners.js'

/** A learner with the keys that lead to it. */
export interface Known {
  readonly _id: string
  readonly email: string
  readonly tag: string
  readonly at: Date
  readonly idKey: Buffer
  readonly emailKey: Buffer
  /** Where a page of their tag begins with them, and where the tag ends. */
  readonly pageKey: Buffer
  readonly tagEnd: Buffer
}

/**
 * A copy of the database's file, opened by lmdb alone with the settings of the server: the same bytes under the same keys, which are ready
 * made. Reads decode the documents they give, as the driver does.
 */
export interface RawLmdb {
  readonly known: readonly Known[]
  findOne(learner: Known): unknown
  page(learner: Known): unknown[]
  /** One more visit, in a transaction of its own that is on disk when this returns. */
  updateAlone(learner: Known): void
  /** The same with lmdb's own group commit. */
  update(learner: Known): Promise<unknown>
  /** The writes of an insert, made ready. */
  writesOf(learners: readonly Learner[]): readonly [Buffer, Buffer][]
  insert(writes: readonly [Buffer, Buffer][]): void
  group(): Map<string, { n: number; points: number }>
  close(): Promise<void>
}

/** `folder` is that of a database that nobody serves; `every` learner but so many is remembered with keys. */
export async function openRaw(folder: string, every: number): Promise<RawLmdb> {
  const copy = join(folder, 'raw')
  mkdirSync(copy)
  cpSync(join(folder, 'data.mdb'), join(copy, 'data.mdb'))
  const { collection, known } = await keysOf(copy, every)
  const db: RootDatabase<Buffer, Buffer> = open({
    path: join(copy, 'data.mdb'),
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
    eventTurnBatching: false,
    noReadAhead: true,
    maxReaders: 64,
  } as Parameters<typeof open<Buffer, Buffer>>[0])
  return {
    ...reads(db, collection.space),
    ...writes(db, collection),
    known,
    close: () => db.close(),
  }
}

type Database = RootDatabase<Buffer, Buffer>

async function keysOf(dir: string, every: number) {
  const engine = await openEngine(dir)
  const collection = engine.catalog.find('bench', 'learners')
  if (!collection) throw new Error('no learners')
  const [id, email, tagAt] = collection.indexes
  if (!id || !email || !tagAt) throw new Error('no indexes')
  const known: Known[] = []
  const { space } = collection
  for (const { key, value } of engine.store.entries(wholeSpace(space))) {
    if (ridAtEnd(key) % every !== 0) continue
    const typed = parseDoc(value)
    const keyIn = (index: typeof id) =>
      entriesOf(index, typed, ridAtEnd(key)).entries[0]?.key ?? NOTHING
    const { _id, email: address, tag, at } = deserialize(value) as Learner
    known.push({
      ...{ _id, email: address, tag, at },
      idKey: keyIn(id),
      emailKey: keyIn(email),
      pageKey: keyIn(tagAt),
      tagEnd: after(spaceKey(tagAt.space, encodeKey([tag], [{ direction: 1 }]))),
    })
  }
  await engine.close()
  return { collection, known }
}

function reads(db: Database, space: number) {
  const read = (rid: number) => deserialize(db.getBinary(recordKey(space, rid)) ?? NOTHING)
  return {
    findOne: ({ emailKey }: Known) => read(ridAtEnd(db.getBinaryFast(emailKey) ?? NOTHING)),
    page: ({ pageKey, tagEnd }: Known) =>
      [...db.getKeys({ start: pageKey, end: tagEnd, limit: 20 })].map((key) => read(ridAtEnd(key))),
    group() {
      const groups = new Map<string, { n: number; points: number }>()
      for (const { value } of db.getRange({ start: spaceKey(space), end: spaceKey(space + 1) })) {
        const { tag, points } = deserialize(value) as Learner
        const group = groups.get(tag) ?? { n: 0, points: 0 }
        group.n += 1
        group.points += points
        groups.set(tag, group)
      }
      return groups
    },
  }
}

const NOTHING = Buffer.alloc(0)

function writes(db: Database, collection: Collection) {
  const { space, indexes } = collection
  let rid = collection.nextRid
  const counters = spaceKey(0, Buffer.concat([Buffer.from('s'), spaceKey(space)]))
  const visit = ({ idKey }: Known) => {
    const record = recordKey(space, ridAtEnd(db.getBinaryFast(idKey) ?? NOTHING))
    const learner = deserialize(db.getBinary(record) ?? NOTHING) as Learner
    learner.visits += 1
    db.putSync(record, Buffer.from(serialize(learner)))
  }
  return {
    updateAlone(learner: Known) {
      db.transactionSync(() => {
        visit(learner)
      })
    },
    update: (learner: Known) =>
      db.transaction(() => {
        visit(learner)
      }),
    writesOf: (learners: readonly Learner[]): [Buffer, Buffer][] =>
      learners.flatMap((learner) => {
        const bytes = Buffer.from(serialize(learner))
        const own = rid
        rid += 1
        const entries = indexes.flatMap((index) =>
          entriesOf(index, parseDoc(bytes), own).entries.map(({ key, value }): [Buffer, Buffer] => [
            key,
            value,
          ]),
        )
        return [[recordKey(space, own), bytes], ...entries]
      }),
    insert(pairs: readonly [Buffer, Buffer][]) {
      db.transactionSync(() => {
        for (const [key, value] of pairs) db.putSync(key, value)
        db.putSync(counters, Buffer.alloc(8))
      })
    },
  }
}
