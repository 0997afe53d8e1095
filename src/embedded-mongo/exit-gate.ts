/** Shared by the thread that writes and the one that may end the process: lmdb hangs when it is taken down amid a transaction. */
export type ExitGate = Int32Array<SharedArrayBuffer>

const [OPEN, WRITING, SHUT] = [0, 1, 2]

export const newExitGate = (): ExitGate => new Int32Array(new SharedArrayBuffer(4))

/** Does `work` unless the process is ending. */
export function passGate(gate: ExitGate, work: () => void): void {
  if (Atomics.compareExchange(gate, 0, OPEN, WRITING) === SHUT) return
  try {
    work()
  } finally {
    Atomics.store(gate, 0, OPEN)
    Atomics.notify(gate, 0)
  }
}

/** Waits for the transaction under way, at most so long, and lets none begin after it. */
export function shutGate(gate: ExitGate, milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (Atomics.compareExchange(gate, 0, OPEN, SHUT) === WRITING && performance.now() < until)
    Atomics.wait(gate, 0, WRITING, milliseconds)
}
