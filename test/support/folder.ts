import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder of its own, removed with all others when the last file of the run is done. */
export const makeFolder = (name: string): string =>
  mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), `${name}-`))
