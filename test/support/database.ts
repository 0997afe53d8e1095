import mongoose from 'mongoose'

/** Empties every collection; indexes stay. */
export async function emptyDatabase(): Promise<void> {
  const collections = (await mongoose.connection.db?.collections()) ?? []
  await Promise.all(collections.map((collection) => collection.deleteMany({})))
}

/** How many documents a collection holds. */
export const countAll = async (collection: string): Promise<number> =>
  (await mongoose.connection.db?.collection(collection).countDocuments()) ?? 0

/** The address at which another process finds the database of this run. */
export function databaseUri(): string {
  const { hosts } = mongoose.connection.getClient().options
  const names = hosts.map((host) =>
    host.socketPath ? encodeURIComponent(host.socketPath) : String(host),
  )
  return `mongodb://${names.join(',')}/${mongoose.connection.name}`
}
