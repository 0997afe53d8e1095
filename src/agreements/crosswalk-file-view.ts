import { z } from 'zod'
import type { Words } from '../http/words.js'
import { creditUnits } from './agreement.js'
import type { CreditCount } from '../claims/credit-report-store.js'
import { creditsText } from '../credits/credit-view.js'
import type { CrosswalkImport } from './crosswalk-file.js'
import type { CreditReport } from '../claims/read-credit-report.js'

const shownRefusals = 200

/** What came of a crosswalk file: counts, and each refused row with its column and reason. */
export function importPage(found: CrosswalkImport, words: Words) {
  const { t, number, time } = words
  const { recorded: count, refused, dryRun } = found
  return {
    kind: refused.length > 0 ? 'warning' : 'success',
    text: t(dryRun ? 'agreements:import.would' : 'agreements:import.recorded', { count }),
    dryRun,
    facts: [
      { term: t('agreements:import.file'), text: found.fileName },
      { term: t('agreements:import.when'), text: time(found.at) },
      { term: t('agreements:import.by'), text: found.by },
    ],
    stats: [
      { value: number(found.read), label: t('agreements:import.read') },
      { value: number(found.alreadyKnown), label: t('agreements:import.known') },
      {
        value: number(new Set(refused.map(({ row }) => row)).size),
        label: t('agreements:import.refused'),
      },
    ],
    refusals: refused.slice(0, shownRefusals).map(({ row, field, message, params }) => ({
      cells: [number(row), field, t(message, params)],
    })),
    more: Math.max(0, refused.length - shownRefusals),
  }
}

/** A row of the yearly report. */
export const reportRow = (one: CreditCount, words: Words) => ({
  cells: [
    one.course,
    words.number(one.granted),
    words.number(one.part),
    words.number(one.refused),
    words.number(one.revoked),
    creditsText(one.credits, one.unit, words),
  ],
})

/** The same for a download. */
export const reportCells = ({ course, unit, ...counts }: CreditCount, year: string) => ({
  year,
  course,
  unit,
  ...counts,
})

export const crosswalkImportAnswer = z.object({
  id: z.string(),
  dryRun: z.boolean(),
  read: z.number(),
  recorded: z.number(),
  alreadyKnown: z.number(),
  refused: z.array(z.object({ row: z.number(), field: z.string(), reason: z.string() })),
})

/** What came of a crosswalk file, for outside tools; `recorded` of a dry run is what would be. */
export const crosswalkImportJson = (
  { id, dryRun, read, recorded, alreadyKnown, refused }: CrosswalkImport,
  { t }: Words,
): z.output<typeof crosswalkImportAnswer> => ({
  id,
  dryRun,
  read,
  recorded,
  alreadyKnown,
  refused: refused.map(({ row, field, message, params }) => ({
    row,
    field,
    reason: t(message, params),
  })),
})

export const reportAnswer = z.object({
  year: z.string(),
  learners: z.number(),
  courses: z.array(
    z.object({
      course: z.string(),
      unit: z.enum(creditUnits),
      granted: z.number(),
      part: z.number(),
      refused: z.number(),
      revoked: z.number(),
      credits: z.number(),
    }),
  ),
})

/** The yearly report for outside tools. */
export const reportJson = ({
  year,
  learners,
  courses,
}: CreditReport): z.output<typeof reportAnswer> => ({ year, learners, courses: [...courses] })
