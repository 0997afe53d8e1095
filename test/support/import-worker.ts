import mongoose from 'mongoose'
import { continueImport } from '../../src/providers/continue-import.js'

// A process of its own that reads a roster on: `tsx import-worker.ts URI IMPORT NOW`. Says how far it has come.
const [, , uri = '', id = '', now = ''] = process.argv
mongoose.set({ autoIndex: false, autoCreate: false })
await mongoose.connect(uri)
await continueImport(
  id,
  { now: () => new Date(now) },
  { onCommit: ({ read }) => void process.stdout.write(`${read}\n`) },
)
await mongoose.disconnect()
