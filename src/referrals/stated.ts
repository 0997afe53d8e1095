/**
 * What learners say of themselves for a hand-off, so that a center need not ask again. All of it is optional, shows as
 * self-stated and decides nothing: the center decides. Never held: a Social Security number, immigration papers, medical
 * detail, the kind of a disability.
 */

export const contactWays = ['email', 'phone', 'text'] as const
/** Languages people may want to be helped in, after the notice of the Oregon agreement with US DOL of 2024. */
export const helpLanguages = [
  'en',
  'es',
  'am',
  'ar',
  'fa',
  'ko',
  'lo',
  'ru',
  'so',
  'uk',
  'vi',
  'zh',
  'other',
] as const
export const yesNo = ['yes', 'no'] as const
export const serviceStatuses = ['veteran', 'spouse', 'neither'] as const
/** Unemployment insurance: whether benefits come now, have run out, or never came. */
export const benefitStatuses = ['receiving', 'exhausted', 'none'] as const
export const servicesWanted = [
  'job-match',
  'ojt',
  'internship',
  'scholarship',
  'veteran-rep',
] as const

export interface Stated {
  readonly contactBy?: (typeof contactWays)[number]
  readonly helpIn?: (typeof helpLanguages)[number]
  /** What would help them take part, in their own words; not why. */
  readonly accommodation?: string
  readonly desiredWork?: string
  /** O*NET-SOC code, `15-1254.00`. */
  readonly occupation?: string
  readonly mayWork?: (typeof yesNo)[number]
  readonly isAdult?: (typeof yesNo)[number]
  readonly service?: (typeof serviceStatuses)[number]
  readonly benefits?: (typeof benefitStatuses)[number]
  /** Will bring proof of Selective Service registration, where it is asked for. */
  readonly bringsProof?: true
  readonly wants: readonly (typeof servicesWanted)[number][]
  readonly resumeUrl?: string
}

export const longestStatedText = 300

/** Nine digits in the shape of a Social Security number, or standing alone; phone numbers and ZIP+4 are not. */
const ssnShape = /(?<![\d-])(?:\d{3}[-\s.]\d{2}[-\s.]\d{4}|\d{9})(?![\d-])/

/** True for text that seems to hold a Social Security number: it is refused before it is kept. */
export const seemsSsn = (text: string): boolean => ssnShape.test(text)

/** True when something was said at all. */
export const saysAnything = ({ wants, ...rest }: Stated): boolean =>
  wants.length > 0 || Object.keys(rest).length > 0
