import { stat } from 'node:fs/promises'
import type { Document } from 'bson'
import type { Db } from 'mongodb'
import { unfinishedRestore } from '../database.js'
import { checkBackupFile, linesOf } from './backup-file.js'
import { readLine } from './backup-line.js'

const DOCUMENTS_PER_INSERT = 500
const CHARACTERS_PER_INSERT = 8 * 1024 * 1024

interface Header {
  readonly name: string
  readonly options: Document
  readonly indexes: readonly Document[]
}

/**
 * Puts what a backup holds into a database without collections: documents first, then each collection's indexes. A file that is not
 * whole is refused before anything is written; what a refusal or the signal leaves on the way is taken back, and what an earlier restore
 * has left that was cut short. Answers the number of documents; `onProgress` tells bytes of the file.
 */
export async function restoreBackup(
  file: string,
  db: Db,
  onProgress: (done: number, total: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<number> {
  await checkBackupFile(file)
  if (await db.listCollections({ name: unfinishedRestore }).hasNext()) await takeBack(db)
  const [present] = await db.listCollections({}, { nameOnly: true }).toArray()
  if (present)
    throw new Error(
      `The database is not empty (it has ${present.name}); restore into an empty one.`,
    )
  await db.createCollection(unfinishedRestore)
  try {
    const done = await insertAll(file, db, (...progress) => {
      signal?.throwIfAborted()
      onProgress(...progress)
    })
    await db.collection(unfinishedRestore).drop()
    return done
  } catch (error) {
    await takeBack(db)
    throw error
  }
}

/** Drops the collections that an unfinished restore has made, and its mark last. */
async function takeBack(db: Db): Promise<void> {
  const mark = db.collection<{ _id: string }>(unfinishedRestore)
  for (const { _id } of await mark.find().toArray()) await db.collection(_id).drop()
  await mark.drop()
}

async function insertAll(
  file: string,
  db: Db,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const mark = db.collection<{ _id: string }>(unfinishedRestore)
  const { size } = await stat(file)
  let done = 0
  let current: Header | undefined
  let held: Document[] = []
  let characters = 0
  const flush = async () => {
    if (current && held.length > 0) await db.collection(current.name).insertMany(held)
    done += held.length
    held = []
    characters = 0
  }
  for await (const { line, bytesRead } of linesOf(file)) {
    const part = readLine(line)
    if ('document' in part) {
      held.push(part.document)
      characters += line.length
      if (held.length >= DOCUMENTS_PER_INSERT || characters > CHARACTERS_PER_INSERT) await flush()
    } else {
      await flush()
      await makeIndexes(db, current)
      current = part.kind === 'collection' ? (part.content as Header) : undefined
      if (current) {
        await mark.insertOne({ _id: current.name })
        await db.command({ create: current.name, ...current.options })
      }
    }
    onProgress(Math.min(bytesRead, size), size)
  }
  return done
}

async function makeIndexes(db: Db, collection: Header | undefined): Promise<void> {
  const indexes = collection?.indexes.filter(({ name }) => name !== '_id_') ?? []
  if (collection && indexes.length > 0)
    await db.command({ createIndexes: collection.name, indexes })
}
