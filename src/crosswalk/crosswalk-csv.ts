import type { Day } from '../calendar.js'
import { dollars } from '../credits/credit-view.js'
import { tuitionOf } from './tuition-store.js'
import { worthOf, type Tuition } from './tuition.js'
import type { Words } from '../http/words.js'
import { needed, type Agreement } from '../agreements/agreement.js'
import type { CrosswalkQuery } from './crosswalk-input.js'
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
  'maxAgeMonths',
  'fills',
  'binding',
  'conditions',
  'catalogYear',
  'from',
  'to',
  'decidedBy',
  'worth',
  'worthYear',
  'worthSource',
  'demonstration',
] as const

/** The columns of the crosswalk download. */
export const crosswalkColumns = ({ t }: Words) =>
  keys.map((key) => ({ key, header: t(`crosswalk:csv.${key}`) }))

/** Every agreement in force on a day as rows of a download; codes stay codes. Worth is in dollars, empty when unknown. */
export async function* crosswalkCsvRows(query: CrosswalkQuery, today: Day) {
  const known = new Map<string, readonly Tuition[]>()
  const worthCells = async (agreement: Agreement) => {
    const { collegeId } = agreement
    const tuition = known.get(collegeId) ?? (await tuitionOf([collegeId]))
    known.set(collegeId, tuition)
    const worth = worthOf(agreement, tuition)
    return {
      worth: worth === undefined ? '' : dollars(worth.cents),
      worthYear: worth?.academicYear ?? '',
      worthSource: worth?.source ?? '',
    }
  }
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
      maxAgeMonths: agreement.maxAgeMonths ?? '',
      fills: agreement.fills,
      binding: agreement.advisory ? 'no' : 'yes',
      conditions: agreement.conditions ?? '',
      catalogYear: agreement.catalogYear ?? '',
      from: agreement.from,
      to: agreement.to ?? '',
      decidedBy: agreement.decidedBy ?? '',
      ...(await worthCells(agreement)),
      demonstration: agreement.demonstration ? 'yes' : 'no',
    }
}
