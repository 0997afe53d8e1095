import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * Serves the database of a folder and does nothing else, so that what the process takes is the database's. Arguments: the built or source
 * `start` of the database, the folder. Tells its parent the URI; 'lag' answers the longest hold-up of the loop (ms) since the last.
 */
const [file, dir] = process.argv.slice(2)
const { startEmbeddedMongo } = await import(file)
const database = await startEmbeddedMongo({ dir })
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

process.on('message', () => {
  process.send?.({ lag: delay.max / 1e6 })
  delay.reset()
})
process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => {
  void database.stop().then(() => process.exit(0))
})
process.send?.({ uri: database.uri })
