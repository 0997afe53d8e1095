import type { World } from '../world.js'
import type { Connecting } from './add-endpoint.js'

/** What use-cases about endpoints need of the world: plain http to this machine is for development and tests only. */
export const connectingOf = ({ ports, secrets, config }: World): Connecting => ({
  ports,
  sealSecret: secrets.seal,
  mayLoop: config.mode !== 'production',
})
