import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import mongoose from 'mongoose'

const chunkSizeBytes = 1024 * 1024

const bucket = () => {
  const { db } = mongoose.connection
  if (!db) throw new Error('Uploads need an open database connection')
  return new mongoose.mongo.GridFSBucket(db, { bucketName: 'uploads', chunkSizeBytes })
}

const idOf = (id: string) => id as unknown as mongoose.mongo.ObjectId

/**
 * Keeps a file in the database, where any process can read it. When `bytes` breaks off or throws, what had been written is
 * taken away again and the error goes on to the caller.
 */
export async function keepUpload(id: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const target = bucket().openUploadStreamWithId(idOf(id), id)
  try {
    await pipeline(
      Readable.from(bytes, { objectMode: false, highWaterMark: chunkSizeBytes }),
      target,
    )
  } catch (error) {
    await dropUpload(id)
    throw error
  }
}

/** The bytes of a kept file from `offset` on; none when it ends there. */
export async function* readUpload(id: string, offset = 0): AsyncGenerator<Uint8Array> {
  const [file] = await bucket()
    .find({ _id: idOf(id) })
    .toArray()
  if (!file) throw new Error(`Upload ${id} is gone`)
  if (offset >= file.length) return
  // The driver takes a start for an error unless the end is given too.
  yield* bucket().openDownloadStream(idOf(id), {
    start: offset,
    end: file.length,
  }) as AsyncIterable<Uint8Array>
}

/** Takes a kept file away; harmless when it is not there, also for what a crash left of one. */
export async function dropUpload(id: string): Promise<void> {
  try {
    await bucket().delete(idOf(id))
  } catch (error) {
    const isGone = error instanceof mongoose.mongo.MongoRuntimeError
    if (!isGone) throw error
  }
}
