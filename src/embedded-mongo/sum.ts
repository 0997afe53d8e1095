import { Double, Int32, Long } from 'bson'
import { addExact, decimalOfExact, exactOfDouble, type Exact } from './decimal.js'
import { decimalParts, toDecimal, wholeOf } from './numbers.js'
import { numericKind, toNumber, type Numeric } from './values.js'

/**
 * A sum as MongoDB keeps it: whole numbers exactly, doubles with the rounding error carried along
 * (so 0.1 + 0.2 + 0.3 is 0.6), decimals exactly; the result has the widest kind that was added.
 */
export class Sum {
  private whole = 0
  private large = 0n
  private double = 0
  private error = 0
  private decimal: Exact | undefined
  private limit = 0
  private kind: 'int' | 'long' | 'double' | 'decimal' = 'int'

  add(value: Numeric): void {
    const kind = numericKind(value)
    if (kind === 'int' || kind === 'long') {
      if (kind === 'long' && this.kind === 'int') this.kind = 'long'
      const next = this.whole + toNumber(value)
      if (Number.isSafeInteger(next) && kind === 'int') this.whole = next
      else this.large += BigInt(value.toString())
    } else if (kind === 'double') {
      if (this.kind !== 'decimal') this.kind = 'double'
      this.addDouble(toNumber(value))
    } else {
      this.kind = 'decimal'
      const parts = decimalParts(value)
      if (typeof parts === 'number') this.limit += parts
      else this.decimal = this.decimal ? addExact(this.decimal, parts) : parts
    }
  }

  private addDouble(value: number): void {
    if (!Number.isFinite(value)) {
      this.limit += value
      return
    }
    const next = this.double + value
    const part = next - this.double
    this.error += this.double - (next - part) + (value - part)
    this.double = next
  }

  /** Undefined only when a whole sum does not fit 64 bits; callers then take it as a double. */
  result(): Numeric {
    if (this.limit !== 0)
      return this.kind === 'decimal' ? toDecimal(new Double(this.limit)) : new Double(this.limit)
    const whole = this.large + BigInt(this.whole)
    if (this.kind === 'decimal') {
      const doubles = addExact(exactOfDouble(this.double), exactOfDouble(this.error))
      const rest = addExact(doubles, { coefficient: whole, exponent: 0 })
      const total = this.decimal ?? { coefficient: 0n, exponent: 0 }
      return decimalOfExact(rest.coefficient === 0n ? total : addExact(total, rest))
    }
    if (this.kind === 'double') return new Double(this.doubleTotal(whole))
    if (this.large === 0n && this.kind === 'int' && this.whole === (this.whole | 0))
      return new Int32(this.whole)
    return wholeOf(whole, this.kind) ?? new Double(Number(whole))
  }

  private doubleTotal(whole: bigint): number {
    if (whole !== 0n) this.addDouble(Number(whole))
    const total = this.double + this.error
    return Number.isNaN(total) ? this.double : total
  }
}

export const longOf = (value: number) => Long.fromNumber(value)
