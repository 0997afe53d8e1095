import { Double, Int32, Long } from 'bson'
import { typeName } from './encode.js'
import { insist } from './error.js'
import { isNumeric, toNumber, type Numeric } from './values.js'

/** Decimals are kept, compared and indexed exactly, but not computed with. */
function kindOf(value: Numeric): string {
  const kind = typeName(value)
  insist(kind !== 'decimal', 115, 'arithmetic with decimals is not supported by this server')
  return kind
}

const bigOf = (value: Numeric) =>
  value instanceof Long ? value.toBigInt() : BigInt(toNumber(value))

/** An `int` when it is of ints and fits, else a `long`; undefined when it does not fit 64 bits. */
function wholeOf(value: bigint, isInt: boolean): Int32 | Long | undefined {
  if (isInt && value === BigInt.asIntN(32, value)) return new Int32(Number(value))
  return value === BigInt.asIntN(64, value) ? Long.fromBigInt(value) : undefined
}

/** Exact arithmetic in the wider of the two kinds; an int that overflows becomes a long, a long is refused (2). */
export function calculate(operation: 'add' | 'multiply', a: Numeric, b: Numeric): Numeric {
  const isSum = operation === 'add'
  const kinds = [kindOf(a), kindOf(b)]
  if (kinds.includes('double')) {
    const [left, right] = [toNumber(a), toNumber(b)]
    return new Double(isSum ? left + right : left * right)
  }
  const [left, right] = [bigOf(a), bigOf(b)]
  const result = wholeOf(isSum ? left + right : left * right, !kinds.includes('long'))
  insist(result, 2, `Cannot ${operation}: the result does not fit 64 bits`)
  return result
}

/** As MongoDB sums: whole numbers exactly, doubles with their rounding error carried along, in the widest kind added. */
export class Sum {
  #kind = 'int'
  #whole = 0n
  #double = 0
  #error = 0

  /** What is no number is passed over. */
  add(value: unknown): void {
    if (!isNumeric(value)) return
    const kind = kindOf(value)
    if (this.#kind !== 'double' && kind !== 'int') this.#kind = kind
    if (kind === 'double') this.#addDouble(toNumber(value))
    else this.#whole += bigOf(value)
  }

  #addDouble(value: number): void {
    const next = this.#double + value
    const part = next - this.#double
    this.#error += this.#double - (next - part) + (value - part)
    this.#double = next
  }

  /** To be asked once; a whole sum that does not fit 64 bits goes on as a double. */
  result(): Numeric {
    const whole = this.#kind === 'double' ? undefined : wholeOf(this.#whole, this.#kind === 'int')
    if (whole) return whole
    this.#addDouble(Number(this.#whole))
    const total = this.#double + this.#error
    return new Double(Number.isNaN(total) ? this.#double : total)
  }
}
