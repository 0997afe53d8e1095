import { restoreBackup } from '../backups/restore-backup.js'
import { readConfig } from '../config.js'
import { databaseName, mongoClient, openDatabase } from '../database.js'
import { progressBar } from './progress.js'

const [file] = process.argv.slice(2)
const config = readConfig()

async function restore(source: string): Promise<void> {
  const database = await openDatabase(config)
  const bar = progressBar('bytes')
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      interruption.abort(
        new Error('The restore was interrupted; what it had written is taken back.'),
      )
    })
  try {
    const db = mongoClient().db(databaseName())
    const documents = await restoreBackup(source, db, bar.tell, interruption.signal)
    bar.stop()
    console.log(`${documents} documents restored from ${source}`)
  } finally {
    bar.stop()
    await database.close()
  }
}

if (file) {
  await restore(file).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
} else {
  process.stderr.write('npm run restore -- FILE   (into an empty DATA_DIR or MONGODB_URI)\n')
  process.exitCode = 2
}
