import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { ConfigError, type Config } from './config.js'
import { isServed } from './embedded-mongo/folder.js'
import { startEmbeddedMongo, uriFor } from './embedded-mongo/start.js'

/** The name of Waymark's database within the embedded one. */
export const dbName = 'waymark'

/** The folder of the embedded database. */
export const databaseFolder = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'db')

/** The URI that an app with this configuration uses, running or not. */
export const databaseUri = (config: Pick<Config, 'mongodbUri' | 'dataDir'>): string =>
  config.mongodbUri ?? `${uriFor(databaseFolder(config))}/${dbName}`

export interface Database {
  readonly uri: string
  close(): Promise<void>
}

interface OpenOptions {
  readonly join?: boolean
  readonly durable?: boolean
  /** Told about each query that walks more than a thousand documents in vain: an index is missing. */
  readonly onScan?: (sentence: string) => void
}

mongoose.set('strict', 'throw')
mongoose.set('strictQuery', 'throw')
mongoose.set('runValidators', true)
mongoose.set('autoIndex', false)
mongoose.set('autoCreate', false)

const connectTo = async (uri: string, close: () => Promise<void>): Promise<Database> => {
  await mongoose.connect(uri, { serverSelectionTimeoutMS: 10_000 })
  return { uri, close }
}

/**
 * Connects mongoose to MONGODB_URI, or starts the embedded database in DATA_DIR/db and connects to that. With `join`, a
 * folder that another process of ours serves is used through that process: for commands beside a running server. Not `durable`
 * is for test runs: the embedded database then answers before the disk has it.
 */
export async function openDatabase(
  config: Pick<Config, 'mongodbUri' | 'dataDir'> & Partial<Pick<Config, 'databasePort'>>,
  { join: mayJoin = false, durable = true, onScan }: OpenOptions = {},
): Promise<Database> {
  if (config.mongodbUri) return connectTo(config.mongodbUri, () => mongoose.disconnect())
  const dir = databaseFolder(config)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  if (mayJoin && (await isServed(dir)))
    return connectTo(databaseUri(config), () => mongoose.disconnect())
  const { databasePort: port } = config
  const embedded = await startEmbeddedMongo({
    dir,
    durable,
    ...(port !== undefined && { port }),
    ...(onScan && { onScan }),
  })
  return connectTo(`${embedded.uri}/${dbName}`, async () => {
    await mongoose.disconnect()
    await embedded.stop()
  })
}

/** Indexes of earlier releases, by collection, that refuse what is allowed now. */
const outdated: Readonly<Record<string, readonly string[]>> = {
  'co-enrollments': ['learnerId_1_centerId_1_program_1_startOn_1'],
  'skill-gains': ['learnerId_1_type_1_evidenceId_1'],
  referrals: ['learnerId_1_centerId_1', 'centerId_1_learnerId_1'],
}

const indexNotFound = 27

async function dropOutdated(collection: string): Promise<void> {
  for (const old of outdated[collection] ?? [])
    try {
      await mongoose.connection.db?.collection(collection).dropIndex(old)
    } catch (error) {
      if ((error as { code?: unknown }).code !== indexNotFound) throw error
    }
}

/** The collection that a restore makes first and drops last; it names those it has made. */
export const unfinishedRestore = 'unfinished-restore'

/**
 * Makes every collection and index that the stores declare, and drops what stands in their way; harmless to repeat. Throws in a
 * database that a restore has left unfinished.
 */
export async function makeIndexes(): Promise<void> {
  const marks = mongoose.connection.db?.listCollections({ name: unfinishedRestore })
  if (await marks?.hasNext())
    throw new ConfigError(
      'A restore into this database was cut short, so part of the data is missing. Run npm run restore -- FILE again: it begins anew.',
    )
  await Promise.all(
    Object.values(mongoose.models).map(async (model) => {
      await model.createCollection()
      await model.createIndexes()
      await dropOutdated(model.collection.name)
    }),
  )
}

/** True while the database answers. */
export async function databaseAnswers(): Promise<boolean> {
  try {
    await mongoose.connection.db?.command({ ping: 1 }, { timeoutMS: 2_000 })
    return mongoose.connection.readyState === mongoose.ConnectionStates.connected
  } catch {
    return false
  }
}

/** The driver's client behind mongoose, for the libraries that keep their state in MongoDB. */
export const mongoClient = () => mongoose.connection.getClient()

/** The URI of one database name on the same server. */
export const databaseName = (): string => mongoose.connection.name
