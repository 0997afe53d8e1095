import type { World } from '../world.js'
import { dataFilesPast, dataFilesToMake, dropStored, forgetDataFile } from './data-file-store.js'
import { makeDataFile } from './make-data-file.js'

interface Run {
  readonly world: Pick<World, 'ports' | 'log'>
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 20

/** Makes the files that were asked for and takes away those nobody fetched in time. */
export async function makeDataFiles({ world, signal, touch }: Run): Promise<void> {
  const { ports, log } = world
  for (const { learnerId, fileId } of await dataFilesPast(ports.now(), batch)) {
    if (fileId === undefined) continue
    await dropStored(fileId)
    await forgetDataFile(learnerId, fileId)
  }
  for (const learnerId of await dataFilesToMake(ports.now(), batch)) {
    if (signal.aborted) return
    await makeDataFile(learnerId, ports).catch((err: unknown) => {
      log.error({ err, learnerId }, 'a file of own data failed')
    })
    await touch()
  }
}
