import type { Express } from 'express'
import { createApp } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { createLog } from '../../src/log.js'
import type { Mail } from '../../src/ports.js'
import { readSecrets } from '../../src/secrets.js'
import type { World } from '../../src/world.js'
import { makeFolder } from './folder.js'

/** A clock that stands still until it is set. */
export interface Clock {
  at: Date
}

export interface TestWorld extends World {
  readonly mails: Mail[]
  readonly clock: Clock
}

/** A world whose clock stands at noon (Pacific time) of 9 March 2015 unless told otherwise, and whose mail is kept. */
export function testWorld(
  env: Record<string, string> = {},
  at = '2015-03-09T19:00:00Z',
): TestWorld {
  const config = readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    SEED: 'none',
    DATA_DIR: makeFolder('data'),
    ...env,
  })
  const mails: Mail[] = []
  const clock = { at: new Date(at) }
  return {
    config,
    secrets: readSecrets(config),
    log: createLog('silent'),
    mails,
    clock,
    ports: {
      now: () => clock.at,
      sendMail: async (mail) => {
        mails.push(mail)
      },
    },
  }
}

export interface TestApp extends TestWorld {
  readonly app: Express
}

/** The real application on the test database, with a still clock and kept mail. */
export function testApp(env?: Record<string, string>, at?: string): TestApp {
  const world = testWorld(env, at)
  return { ...world, app: createApp(world) }
}
