/** Shared by the thread that writes and the one that may end the process: lmdb hangs when it is taken down amid a transaction. */
export type ExitGate = Int32Array<SharedArrayBuffer>

const [FREE, TAKEN] = [0, 1]
export const newExitGate = (): ExitGate => new Int32Array(new SharedArrayBuffer(4))

/** Does `work` unless the process is ending. */
export function passGate(gate: ExitGate, work: () => void): void {
  if (Atomics.compareExchange(gate, 0, FREE, TAKEN) === TAKEN) return
  try {
    work()
  } finally {
    Atomics.store(gate, 0, FREE)
    Atomics.notify(gate, 0)
  }
}

/** Waits for the transaction under way, at most so long, and lets none begin after it. */
export function shutGate(gate: ExitGate, milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (Atomics.compareExchange(gate, 0, FREE, TAKEN) === TAKEN && performance.now() < until)
    Atomics.wait(gate, 0, TAKEN, milliseconds)
}
