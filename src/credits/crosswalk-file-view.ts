import type { Words } from '../http/words.js'
import type { CreditCount } from './credit-report-store.js'
import { creditsText } from './credit-view.js'
import type { CrosswalkImport } from './crosswalk-file.js'

const shownRefusals = 200

/** What came of a crosswalk file: counts, and each refused row with its column and reason. */
export function importPage(found: CrosswalkImport, words: Words) {
  const { t, number, time } = words
  const { recorded: count, refused, dryRun } = found
  return {
    kind: refused.length > 0 ? 'warning' : 'success',
    text: t(dryRun ? 'credits:import.would' : 'credits:import.recorded', { count }),
    dryRun,
    facts: [
      { term: t('credits:import.file'), text: found.fileName },
      { term: t('credits:import.when'), text: time(found.at) },
      { term: t('credits:import.by'), text: found.by },
    ],
    stats: [
      { value: number(found.read), label: t('credits:import.read') },
      { value: number(found.alreadyKnown), label: t('credits:import.known') },
      {
        value: number(new Set(refused.map(({ row }) => row)).size),
        label: t('credits:import.refused'),
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
