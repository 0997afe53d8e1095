/**
 * What credit is worth in money: credits times what the college charges for one, by the newest academic year that was read
 * in a named source. Fees are left out. Where no dated amount a credit was found, or the college counts in other credits,
 * the worth is unknown and said to be: it is never guessed.
 */
import type { CreditUnit } from '../agreements/agreement.js'

/** What a college charges residents for one credit in an academic year. */
export interface Tuition {
  readonly collegeId: string
  /** "2023-24". */
  readonly academicYear: string
  readonly centsPerCredit: number
  readonly unit: CreditUnit
  readonly source: string
  readonly note?: string
}

export interface Worth {
  readonly cents: number
  readonly academicYear: string
  readonly source: string
}

/** What so much credit saves at the rate of the newest year known; undefined when that is not known. */
export function worthOf(
  { collegeId, credits, unit }: { collegeId: string; credits: number; unit: CreditUnit },
  tuition: readonly Tuition[],
): Worth | undefined {
  const newest = tuition
    .filter((one) => one.collegeId === collegeId && one.unit === unit)
    .reduce<Tuition | undefined>(
      (best, one) => (best && best.academicYear >= one.academicYear ? best : one),
      undefined,
    )
  return (
    newest && {
      cents: Math.round(credits * newest.centsPerCredit),
      academicYear: newest.academicYear,
      source: newest.source,
    }
  )
}
