import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { CenterImport } from './center-import.js'

/** What came of a file of centers, so far. */
export function centerImportPage(file: CenterImport, words: Words) {
  const { t, number, time } = words
  const { added, changed, unchanged, refused, dryRun } = file
  const count = added + changed
  return {
    isRunning: file.state === 'running',
    progress: {
      value: file.done,
      max: Math.max(file.total, 1),
      text: t('centers:import.progress', { done: number(file.done), total: number(file.total) }),
    },
    kind: refused.length > 0 ? 'warning' : 'success',
    text: t(dryRun ? 'centers:import.would' : 'centers:import.did', { count }),
    facts: [
      { term: t('centers:import.file'), text: file.fileName },
      { term: t('centers:import.when'), text: time(file.at) },
      { term: t('centers:import.by'), text: file.by },
    ],
    stats: [
      { value: number(file.read), label: t('centers:import.read') },
      { value: number(added), label: t('centers:import.added') },
      { value: number(changed), label: t('centers:import.changed') },
      { value: number(unchanged), label: t('centers:import.unchanged') },
      { value: number(refused.length), label: t('centers:import.refused') },
    ],
    refusals: refused.map(({ row, field, message, params }) => ({
      cells: [number(row), field, t(message, params)],
    })),
  }
}

/** A row of the list of files. */
export const centerImportRow = (file: CenterImport, words: Words) => ({
  cells: [
    { text: file.fileName, href: words.href(to(paths.centerImport, { id: file.id })) },
    { date: file.at.toISOString(), text: words.time(file.at) },
    words.t(file.dryRun ? 'centers:import.trial' : 'centers:import.real'),
    words.number(file.added + file.changed),
    words.number(file.refused.length),
  ],
})
