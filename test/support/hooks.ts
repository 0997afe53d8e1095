import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openDatabase, makeIndexes, type Database } from '../../src/database.js'
import { missingKeys } from '../../src/http/language.js'

const folder = mkdtempSync(join(tmpdir(), 'waymark-test-'))
const scans = new Set<string>()
let database: Database | undefined

const uriOfThisRun = () => {
  const uri = process.env['MONGODB_URI']
  if (!uri) return undefined
  const own = new URL(uri)
  own.pathname = `/waymark-test-${String(process.pid)}`
  return own.href
}

export const mochaHooks = {
  async beforeAll() {
    database = await openDatabase(
      { mongodbUri: uriOfThisRun(), dataDir: folder },
      { durable: false, onScan: (sentence) => scans.add(sentence) },
    )
    await makeIndexes()
  },
  async afterAll() {
    await database?.close()
    rmSync(folder, { recursive: true, force: true })
    expect([...scans], 'queries that walked over 1,000 documents in vain').to.deep.equal([])
    expect([...missingKeys], 'words that stand in no locale file').to.deep.equal([])
  },
}
