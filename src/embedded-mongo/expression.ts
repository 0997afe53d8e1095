import { Decimal128, Double, Int32, Long } from 'bson'
import { evalExpr } from 'mingo/core'
import { CommandError } from './error.js'
import { asDoc, setField, type Doc } from './values.js'

/** Plain JavaScript numbers for mingo; what a double cannot hold exactly is refused. */
export function plainOf(value: unknown): unknown {
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (value instanceof Long && Number.isSafeInteger(value.toNumber())) return value.toNumber()
  if (value instanceof Long || value instanceof Decimal128)
    throw new CommandError(
      115,
      'CommandNotSupported',
      'expressions over this number are not supported',
    )
  if (Array.isArray(value)) return value.map(plainOf)
  const doc = asDoc(value)
  if (!doc) return value
  const copy: Doc = {}
  for (const name of Object.keys(doc)) setField(copy, name, plainOf(doc[name]))
  return copy
}

export function compileExpression(expression: unknown): (doc: Doc, variables?: Doc) => unknown {
  const plain = plainOf(expression) as Doc
  return (doc) => evalExpr(plainOf(doc), plain, {} as never)
}
