import { restoreBackup } from '../backups/restore-backup.js'
import { readConfig } from '../config.js'
import { databaseName, mongoClient, openDatabase } from '../database.js'
import { progressBar } from './progress.js'

const [file] = process.argv.slice(2)
const config = readConfig()

async function restore(source: string): Promise<void> {
  const database = await openDatabase(config)
  const bar = progressBar('bytes')
  try {
    const documents = await restoreBackup(source, mongoClient().db(databaseName()), bar.tell)
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
