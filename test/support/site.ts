import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '../../src/app.js'
import { firstRun } from '../../src/home/first-run.js'
import { loadReference } from '../../src/seeding/load-reference.js'
import { beginDemo, makeDemo } from '../../src/seeding/make-demo.js'
import { testWorld, type TestApp } from './app.js'
import { emptyDatabase } from './database.js'

export interface Site extends TestApp {
  readonly url: string
  close(): Promise<void>
}

/** The application on a port of its own with a small demonstration: everybody of design.md section 4 can sign in. */
export async function openSite(learners = 60): Promise<Site> {
  await emptyDatabase()
  const world = testWorld({}, '2016-04-01T19:00:00Z')
  const { ports, clock } = world
  await beginDemo(learners, ports)
  const reference = await loadReference({ now: clock.at, demonstration: true })
  await makeDemo(reference, learners, ports, () => undefined)
  firstRun.demonstration = true
  const app = createApp(world)
  const server = createServer(app)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      firstRun.demonstration = false
      server.closeAllConnections()
      server.close(() => {
        resolve()
      })
    })
  return { ...world, app, url: `http://127.0.0.1:${String(port)}`, close }
}
