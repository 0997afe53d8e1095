import mongoose from 'mongoose'
import { actorFrom } from '../../src/access/account.js'
import { decideApplication } from '../../src/pathways/decide-application.js'
import { people } from './build-record.js'

// A process of its own that accepts applications all at once: `tsx accept-worker.ts URI NOW ID,ID…`.
const [, , uri = '', now = '', ids = ''] = process.argv
mongoose.set({ autoIndex: false, autoCreate: false })
await mongoose.connect(uri)
const cora = actorFrom({ ...people.cora, rolesVersion: 1, sessionVersion: 1, state: 'active' })
const ports = { now: () => new Date(now) }
await Promise.all(
  ids.split(',').map((id) => decideApplication(id, { decision: 'accept' }, cora, ports)),
)
await mongoose.disconnect()
