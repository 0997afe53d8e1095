import mongoose from 'mongoose'

/** Empties every collection; indexes stay. */
export async function emptyDatabase(): Promise<void> {
  const collections = (await mongoose.connection.db?.collections()) ?? []
  await Promise.all(collections.map((collection) => collection.deleteMany({})))
}

/** How many documents a collection holds. */
export const countAll = async (collection: string): Promise<number> =>
  (await mongoose.connection.db?.collection(collection).countDocuments()) ?? 0
