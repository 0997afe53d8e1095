import { z } from 'zod'
import { manyOf, optionalText } from '../http/parse.js'
import {
  benefitStatuses,
  contactWays,
  helpLanguages,
  longestStatedText,
  saysAnything,
  seemsSsn,
  serviceStatuses,
  servicesWanted,
  yesNo,
  type Stated,
} from './stated.js'

const choice = <T extends readonly [string, ...string[]]>(values: T) =>
  z.preprocess((raw) => (raw === '' ? undefined : raw), z.enum(values).optional())

/** Free words to a center: nothing that looks like a Social Security number is ever kept. */
export const plainWords = (max: number) =>
  optionalText(max).refine((text) => text === undefined || !seemsSsn(text), 'referrals:field.noSsn')

const webAddress = optionalText(500).refine(
  (text) => text === undefined || (/^https?:\/\/\S+$/.test(text) && URL.canParse(text)),
  'http:field.notAUrl',
)

const occupation = optionalText(10).refine(
  (text) => text === undefined || /^\d{2}-\d{4}\.\d{2}$/.test(text),
  'referrals:field.occupationCode',
)

/** The fields of what learners say of themselves, as a form or a body sends them. */
export const statedShape = {
  contactBy: choice(contactWays),
  helpIn: choice(helpLanguages),
  accommodation: plainWords(longestStatedText),
  desiredWork: plainWords(longestStatedText),
  occupation,
  mayWork: choice(yesNo),
  isAdult: choice(yesNo),
  service: choice(serviceStatuses),
  benefits: choice(benefitStatuses),
  bringsProof: z.preprocess(
    (raw) => (raw === '' || raw === false ? undefined : raw === 'yes' ? true : raw),
    z.literal(true).optional(),
  ),
  wants: manyOf(z.enum(servicesWanted)).pipe(z.array(z.enum(servicesWanted)).max(10)),
  resumeUrl: webAddress,
}

const statedObject = z.strictObject(statedShape)
export type StatedFields = z.output<typeof statedObject>

/** The fields as they are kept; undefined when nothing was said. */
export function statedOf(fields: StatedFields): Stated | undefined {
  const { wants, ...rest } = fields
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const stated = { ...said, wants: [...new Set(wants)] } as Stated
  return saysAnything(stated) ? stated : undefined
}

/** The same inside a body. */
export const statedInput = statedObject.transform(statedOf)
