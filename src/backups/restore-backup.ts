import { stat } from 'node:fs/promises'
import type { Document } from 'bson'
import type { Db } from 'mongodb'
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
 * whole is refused before anything is written; what a refusal on the way leaves is taken back. Answers the number of documents;
 * `onProgress` tells bytes of the file.
 */
export async function restoreBackup(
  file: string,
  db: Db,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<number> {
  await checkBackupFile(file)
  const [present] = await db.listCollections({}, { nameOnly: true }).toArray()
  if (present)
    throw new Error(
      `The database is not empty (it has ${present.name}); restore into an empty one.`,
    )
  const made: string[] = []
  try {
    return await insertAll(file, db, made, onProgress)
  } catch (error) {
    for (const name of made) await db.collection(name).drop()
    throw error
  }
}

async function insertAll(
  file: string,
  db: Db,
  made: string[],
  onProgress: (done: number, total: number) => void,
): Promise<number> {
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
        made.push(current.name)
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
