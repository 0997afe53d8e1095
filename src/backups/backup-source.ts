import type { Document } from 'bson'
import type { Db } from 'mongodb'
import { dbName } from '../database.js'
import { openSnapshot } from '../embedded-mongo/engine.js'

export interface SourceCollection {
  readonly name: string
  readonly options: Document
  readonly indexes: readonly Document[]
  readonly documents: number
}

/** Where a backup is taken from. Documents come as BSON, so that nothing is lost on the way. */
export interface BackupSource {
  readonly collections: readonly SourceCollection[]
  documents(collection: string): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** The embedded database of a folder as it is at this moment, also while another process serves and changes it. */
export function folderSource(folder: string): BackupSource {
  const snapshot = openSnapshot(folder)
  const own = snapshot.collections.filter(({ db }) => db === dbName)
  return {
    collections: own.map(({ name, indexes, count }) => ({
      name,
      options: {},
      indexes,
      documents: count,
    })),
    documents: (name) => snapshot.documents(dbName, name),
    close: () => snapshot.close(),
  }
}

const isOwn = ({ name }: { name: string }) => !name.startsWith('system.')

/** A database of a server. Each collection is as it is when its turn comes, not all of one moment. Throws for a view. */
export async function serverSource(db: Db): Promise<BackupSource> {
  const found = (await db.listCollections().toArray()).filter(isOwn)
  const other = found.find(({ type }) => type !== 'collection')
  if (other)
    throw new Error(`${other.name} is a ${String(other.type)}; only collections can be backed up.`)
  const collections = await Promise.all(
    found.map(async (info) => ({
      name: info.name,
      options: 'options' in info ? (info.options ?? {}) : {},
      indexes: await db.command({ listIndexes: info.name, cursor: { batchSize: 1_000 } }, typed),
      documents: await db.collection(info.name).estimatedDocumentCount(),
    })),
  )
  return {
    collections: collections.map(({ indexes, ...rest }) => ({
      ...rest,
      indexes: (indexes as { cursor: { firstBatch: Document[] } }).cursor.firstBatch,
    })),
    documents: (name) =>
      db.collection(name).find({}, { raw: true }) as unknown as AsyncIterable<Uint8Array>,
    close: () => Promise.resolve(),
  }
}

const typed = { promoteValues: false } as const
