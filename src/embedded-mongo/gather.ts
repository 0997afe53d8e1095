import { Double } from 'bson'
import { located } from './error.js'
import { valueKey } from './key-bytes.js'
import { typeName } from './match-operators.js'
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
    result: () => (count === 0 ? null : new Double(toNumber(total.result()) / count)),
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
}
