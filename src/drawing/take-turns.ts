import { setImmediate } from 'node:timers/promises'

/** Waits a turn when the work since the last one has taken long enough that others should be served. */
export type TakeTurns = () => Promise<void>

/** For work in steps on the main thread: call it between them. `most` is how long, in ms, others may have to wait. */
export function takeTurns(most = 15): TakeTurns {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < most) return
    await setImmediate()
    since = performance.now()
  }
}
