import { folderSource, serverSource } from '../backups/backup-source.js'
import { writeBackup } from '../backups/write-backup.js'
import { readConfig } from '../config.js'
import { databaseFolder, databaseName, mongoClient, openDatabase } from '../database.js'
import { progressBar } from './progress.js'

const [file] = process.argv.slice(2)
const config = readConfig()

async function backup(target: string): Promise<void> {
  const server = config.mongodbUri ? await openDatabase(config) : undefined
  const source = server
    ? await serverSource(mongoClient().db(databaseName()))
    : folderSource(databaseFolder(config))
  const bar = progressBar('documents')
  try {
    const documents = await writeBackup(source, target, new Date(), bar.tell)
    bar.stop()
    console.log(`${documents} documents backed up to ${target}`)
  } finally {
    bar.stop()
    await server?.close()
  }
}

if (file) {
  await backup(file).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
} else {
  process.stderr.write(
    'npm run backup -- FILE   (the app may be running; a name that ends in .gz is packed)\n',
  )
  process.exitCode = 2
}
