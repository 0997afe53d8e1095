import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import mongoose from 'mongoose'
import { openDatabase, makeIndexes } from '../../src/database.js'
import { missingKeys } from '../../src/http/language.js'
import { makeFolder } from './folder.js'

/** In CI the same examples each time: a commit is judged by what it changed. Elsewhere new ones at every run, to find more. */
if (process.env['CI']) fc.configureGlobal({ seed: 20_150_309 })

const scans = new Set<string>()
let indexed = 0

const uriOfThisProcess = () => {
  const uri = process.env['MONGODB_URI']
  if (!uri) return undefined
  const own = new URL(uri)
  own.pathname = `/waymark-test-${String(process.pid)}`
  return own.href
}

const openOwnDatabase = () =>
  openDatabase(
    {
      mongodbUri: uriOfThisProcess(),
      dataDir: makeFolder('database'),
    },
    { durable: false, onScan: (sentence) => scans.add(sentence) },
  )

/** Runs once, in the process that hands the files out. */
export function mochaGlobalSetup(): void {
  process.env['TEST_FOLDER'] = mkdtempSync(join(tmpdir(), 'waymark-test-'))
}

/** Runs once, after the last file of every process. */
export function mochaGlobalTeardown(): void {
  rmSync(process.env['TEST_FOLDER'] ?? '', { recursive: true, force: true })
}

/** Run for each file; a process keeps its database from one file to the next. */
export const mochaHooks = {
  async beforeAll() {
    if (mongoose.connection.readyState === mongoose.ConnectionStates.disconnected)
      await openOwnDatabase()
    const models = Object.keys(mongoose.models).length
    if (models > indexed) await makeIndexes()
    indexed = models
  },
  afterAll() {
    expect([...scans], 'queries that walked over 1,000 documents in vain').to.deep.equal([])
    expect([...missingKeys], 'words that stand in no locale file').to.deep.equal([])
  },
}
