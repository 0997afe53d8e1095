import type { World } from '../world.js'
import { refreshSeries, seriesBehind } from './agreement-refresh-store.js'

interface Run {
  readonly world: Pick<World, 'log'>
  readonly signal: AbortSignal
  readonly touch: () => Promise<void>
}

const batch = 200

/**
 * Brings agreements of a database from before up to what they are found by now, and says how far it is. Who is done is no
 * longer found, so the next run, or another process, goes on from there; with nothing to do it is one read.
 */
export async function refreshAgreements({ world, signal, touch }: Run): Promise<void> {
  for (let total = 0; ;) {
    const { series, versions: left } = await seriesBehind(batch)
    total = Math.max(total, left)
    if (total > 0)
      world.log.info(
        { done: total - left, total },
        'making agreements of an older release findable',
      )
    if (series.length === 0 || signal.aborted) return
    await refreshSeries(series)
    await touch()
  }
}
