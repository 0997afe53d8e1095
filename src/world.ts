import type { Logger } from 'pino'
import type { Config } from './config.js'
import type { Ports } from './ports.js'
import type { Secrets } from './secrets.js'

/** What server.ts makes once and every feature is given. */
export interface World {
  readonly config: Config
  readonly secrets: Secrets
  readonly ports: Ports
  readonly log: Logger
}
