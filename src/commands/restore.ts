import { readConfig } from '../config.js'
import { databaseFolder } from '../database.js'
import { restoreFolder } from '../embedded-mongo/backup.js'

const [file] = process.argv.slice(2)
const config = readConfig()
if (!file) {
  process.stderr.write('npm run restore -- FILE   (into an empty DATA_DIR)\n')
  process.exitCode = 2
} else if (config.mongodbUri) {
  process.stderr.write(
    'MONGODB_URI is set: use mongorestore. This restores the embedded database.\n',
  )
  process.exitCode = 2
} else {
  const reports = await restoreFolder(file, databaseFolder(config), ({ namespace, documents }) => {
    console.log(`${namespace}: ${documents} documents`)
  })
  const problems = reports.flatMap((report) => report.problems)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
}
