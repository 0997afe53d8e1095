import type { Day } from '../calendar.js'
import type { Words } from '../http/words.js'
import { needed } from './agreement.js'
import type { CrosswalkQuery } from './claim-input.js'
import { wholeCrosswalk } from './list-crosswalk.js'

const keys = [
  'id',
  'version',
  'college',
  'course',
  'title',
  'credits',
  'unit',
  'badges',
  'needed',
  'level',
  'fills',
  'from',
  'to',
  'demonstration',
] as const

/** The columns of the crosswalk download. */
export const crosswalkColumns = ({ t }: Words) =>
  keys.map((key) => ({ key, header: t(`credits:csv.${key}`) }))

/** Every agreement in force on a day as rows of a download; codes stay codes. */
export async function* crosswalkCsvRows(query: CrosswalkQuery, today: Day) {
  for await (const agreement of wholeCrosswalk(query, today))
    yield {
      id: agreement.id,
      version: agreement.version,
      college: agreement.collegeName,
      course: agreement.course,
      title: agreement.courseTitle,
      credits: agreement.credits,
      unit: agreement.unit,
      badges: agreement.badges.of.join(' '),
      needed: needed(agreement.badges),
      level: agreement.lowestLevel,
      fills: agreement.fills,
      from: agreement.from,
      to: agreement.to ?? '',
      demonstration: agreement.demonstration ? 'yes' : 'no',
    }
}
