/** A stream of numbers that is the same for the same name, everywhere. Not for secrets. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T
  /** True with this probability. */
  chance(probability: number): boolean
}

function hash(name: string): number {
  let value = 2166136261
  for (let at = 0; at < name.length; at += 1) {
    value = Math.imul(value ^ name.charCodeAt(at), 16777619)
  }
  return value >>> 0
}

/** Mulberry32 over an FNV-1a hash of the name. */
export function randomOf(name: string): Random {
  let state = hash(name)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    whole,
    pick: (items) => items[whole(0, items.length - 1)] as (typeof items)[number],
    chance: (probability) => next() < probability,
  }
}
