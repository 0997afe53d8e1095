import { unfinishedRestore } from '../database.js'
import type { BackupSource } from './backup-source.js'
import { writeBackupFile } from './backup-file.js'
import { lineOf, partLine } from './backup-line.js'

/** Documents done of those there are; on a server that is written to meanwhile the second is an estimate. */
export type Progress = (done: number, total: number) => void

const TELL_EACH = 500

/** Writes everything a source holds to a file, and answers how many documents that were. Closes the source. */
export async function writeBackup(
  source: BackupSource,
  file: string,
  takenAt: Date,
  onProgress: Progress = () => undefined,
): Promise<number> {
  const total = source.collections.reduce((sum, { documents }) => sum + documents, 0)
  let done = 0
  async function* lines(): AsyncGenerator<string> {
    yield partLine('waymark-backup', { version: 1, takenAt, documents: total })
    for (const { name, options, indexes } of source.collections) {
      yield partLine('collection', { name, options, indexes })
      for await (const bytes of source.documents(name)) {
        yield lineOf(bytes)
        done += 1
        if (done % TELL_EACH === 0) onProgress(Math.min(done, total), total)
      }
    }
  }
  try {
    if (source.collections.some(({ name }) => name === unfinishedRestore))
      throw new Error('A restore into this database was cut short; there is nothing to back up.')
    await writeBackupFile(file, lines())
    onProgress(total, total)
    return done
  } finally {
    await source.close()
  }
}
