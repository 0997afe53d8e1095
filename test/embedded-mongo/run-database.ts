import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import {
  startEmbeddedMongo,
  type EmbeddedMongo,
  type StartOptions,
} from '../../src/embedded-mongo/start.js'

export interface RunningDatabase {
  readonly dir: string
  readonly database: EmbeddedMongo
  readonly client: MongoClient
  stop(): Promise<void>
}

/** An embedded database in a folder of its own, with a connected driver; `stop` removes the folder. */
export async function runDatabase(
  options: Omit<StartOptions, 'dir'> = {},
): Promise<RunningDatabase> {
  const dir = await mkdtemp(join(tmpdir(), 'embedded-'))
  const database = await startEmbeddedMongo({ dir, ...options })
  const client = await MongoClient.connect(database.uri, { serverSelectionTimeoutMS: 5_000 })
  return {
    dir,
    database,
    client,
    stop: async () => {
      await client.close()
      await database.stop()
      await rm(dir, { recursive: true })
    },
  }
}
