import { Double, Int32 } from 'bson'
import { located } from './error.js'
import { valueKey } from './key-bytes.js'
import { typeName } from './match-operators.js'
import { divide } from './numbers.js'
import { isNullish } from './operator.js'
import { Sum } from './sum.js'
import { asDoc, compareValues, isNumeric, setField, toNumber, type Doc } from './values.js'

/** Gathers the values of one group. */
export interface State {
  add(value: unknown): void
  result(): unknown
}

export function sum(): State {
  const total = new Sum()
  return {
    add: (value) => {
      if (isNumeric(value)) total.add(value)
    },
    result: () => total.result(),
  }
}

function average(): State {
  const total = new Sum()
  let count = 0
  return {
    add: (value) => {
      if (!isNumeric(value)) return
      total.add(value)
      count += 1
    },
    result: () => (count === 0 ? null : divide(total.result(), new Int32(count))),
  }
}

function extreme(direction: 1 | -1): () => State {
  return () => {
    let best: unknown
    return {
      add: (value) => {
        if (isNullish(value)) return
        if (best === undefined || compareValues(value, best) * direction < 0) best = value
      },
      result: () => best ?? null,
    }
  }
}

function first(): State {
  let seen = false
  let kept: unknown
  return {
    add: (value) => {
      if (!seen) kept = value
      seen = true
    },
    result: () => kept ?? null,
  }
}

function last(): State {
  let kept: unknown
  return { add: (value) => (kept = value), result: () => kept ?? null }
}

function push(): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      if (value !== undefined) values.push(value)
    },
    result: () => values,
  }
}

function addToSet(): State {
  const values = new Map<string, unknown>()
  return {
    add: (value) => {
      const key = value === undefined ? undefined : valueKey(value)
      if (key !== undefined && !values.has(key)) values.set(key, value)
    },
    result: () => [...values.values()],
  }
}

function mergeObjects(): State {
  const result: Doc = {}
  return {
    add: (value) => {
      if (isNullish(value)) return
      const doc = asDoc(value)
      if (!doc)
        throw located(
          40_400,
          `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
        )
      for (const name of Object.keys(doc)) setField(result, name, doc[name])
    },
    result: () => result,
  }
}

/** Welford's way: stable in one pass. */
function deviation(sample: boolean): () => State {
  return () => {
    let count = 0
    let mean = 0
    let squares = 0
    return {
      add: (value) => {
        if (!isNumeric(value)) return
        const number = toNumber(value)
        count += 1
        const delta = number - mean
        mean += delta / count
        squares += delta * (number - mean)
      },
      result: () => {
        const divisor = sample ? count - 1 : count
        return divisor <= 0 ? null : new Double(Math.sqrt(squares / divisor))
      },
    }
  }
}

function firstN(n: number): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      if (values.length < n) values.push(value ?? null)
    },
    result: () => values,
  }
}

function lastN(n: number): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      values.push(value ?? null)
      if (values.length > n) values.shift()
    },
    result: () => values,
  }
}

/** Keeps the n values that come first in an order; equal ones stay in the order they came. */
export function orderedN(
  n: number,
  compare: (a: unknown, b: unknown) => number,
  skipNull: boolean,
): State {
  const values: unknown[] = []
  return {
    add: (value) => {
      if (skipNull && isNullish(value)) return
      let at = values.length
      while (at > 0 && compare(values[at - 1], value) > 0) at -= 1
      if (at >= n) return
      values.splice(at, 0, value)
      if (values.length > n) values.pop()
    },
    result: () => values,
  }
}

export const SIMPLE: Record<string, () => State> = {
  $sum: sum,
  $avg: average,
  $min: extreme(1),
  $max: extreme(-1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
}

export const COUNTED: Record<string, (n: number) => State> = {
  $firstN: firstN,
  $lastN: lastN,
  $minN: (n) => orderedN(n, compareValues, true),
  $maxN: (n) => orderedN(n, (a, b) => compareValues(b, a), true),
}
