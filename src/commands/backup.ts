import { readConfig } from '../config.js'
import { databaseFolder } from '../database.js'
import { backupFolder } from '../embedded-mongo/backup.js'
import { progressBar } from './progress.js'

const [file] = process.argv.slice(2)
const config = readConfig()
if (!file) {
  process.stderr.write('npm run backup -- FILE   (the app may be running)\n')
  process.exitCode = 2
} else if (config.mongodbUri) {
  process.stderr.write('MONGODB_URI is set: use mongodump. This backs up the embedded database.\n')
  process.exitCode = 2
} else {
  const bar = progressBar('bytes')
  await backupFolder(databaseFolder(config), file, bar.tell)
  bar.stop()
  console.log(`backed up to ${file}`)
}
