import { Double, Int32 } from 'bson'
import { refuseDecimals, wholeOf } from './numbers.js'
import { numericKind, toNumber, type Numeric } from './values.js'

/**
 * A sum as MongoDB keeps it: whole numbers exactly, doubles with the rounding error carried along
 * (so 0.1 + 0.2 + 0.3 is 0.6); the result has the widest kind that was added.
 */
export class Sum {
  private whole = 0
  private large = 0n
  private double = 0
  private error = 0
  private limit = 0
  private kind: 'int' | 'long' | 'double' = 'int'

  add(value: Numeric): void {
    refuseDecimals(value)
    const kind = numericKind(value)
    if (kind === 'int' || kind === 'long') {
      if (kind === 'long' && this.kind === 'int') this.kind = 'long'
      const next = this.whole + toNumber(value)
      if (Number.isSafeInteger(next) && kind === 'int') this.whole = next
      else this.large += BigInt(value.toString())
    } else {
      this.kind = 'double'
      this.addDouble(toNumber(value))
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

  /** A whole sum that does not fit 64 bits goes on as a double. */
  result(): Numeric {
    if (this.limit !== 0) return new Double(this.limit)
    const whole = this.large + BigInt(this.whole)
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
