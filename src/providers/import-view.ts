import { z } from 'zod'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { evidenceSources } from './evidence.js'
import { importStates, isSettled, type Import, type ImportState, type Refusal } from './import.js'

/** An import as outside tools read it. */
export const importAnswer = z.object({
  id: z.string(),
  source: z.enum(evidenceSources),
  state: z.enum(importStates),
  dryRun: z.boolean(),
  rows: z.number(),
  read: z.number(),
  recorded: z.number(),
  alreadyKnown: z.number(),
  awarded: z.array(z.string()),
  refusedCount: z.number(),
  refused: z.array(z.object({ row: z.number(), field: z.string(), reason: z.string() })),
  warnings: z.array(z.string()),
  failure: z.string().optional(),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
})

const reasonOf = ({ reason }: Refusal, { t }: Words) => t(`providers:refusal.${reason}`)

const warningsOf = ({ warnings }: Import, { t }: Words) =>
  warnings.map(({ key, params }) => t(`providers:warning.${key}`, params))

/** The contract of POST /imports and GET /imports/{id}; `awarded` are badge slugs, each once. */
export const importJson = (found: Import, words: Words): z.output<typeof importAnswer> => ({
  id: found.id,
  source: found.source,
  state: found.state,
  dryRun: found.dryRun,
  rows: found.rows,
  read: found.read,
  recorded: found.recorded,
  alreadyKnown: found.alreadyKnown,
  awarded: found.awarded.map(({ badge }) => badge),
  refusedCount: found.refusedCount,
  refused: found.refused.map((one) => ({
    row: one.row,
    field: one.field,
    reason: reasonOf(one, words),
  })),
  warnings: warningsOf(found, words),
  ...(found.failure && { failure: words.t(found.failure) }),
  startedAt: found.startedAt.toISOString(),
  ...(found.finishedAt && { finishedAt: found.finishedAt.toISOString() }),
})

const tones: Readonly<Record<ImportState, string>> = {
  receiving: 'wait',
  waiting: 'wait',
  running: 'info',
  done: 'good',
  failed: 'stop',
}

export const stateTag = (state: ImportState, { t }: Words) => ({
  word: t(`providers:state.${state}.word`),
  tone: tones[state],
})

const shownRefusals = 100

/** What came of it in a line or two, for a person. */
const textOf = (found: Import, words: Words): string => {
  const rows = found.read - found.recorded - found.alreadyKnown
  const key = found.source === 'open-badge' ? 'badgesRefused' : 'someRefused'
  const refused = words.t(`providers:import.${key}`, { count: rows })
  return found.refusedCount > 0 ? `${outcomeOf(found, words)} ${refused}` : outcomeOf(found, words)
}

const outcomeOf = (found: Import, words: Words): string => {
  const count = found.recorded
  if (!isSettled(found.state)) return words.t(`providers:state.${found.state}.means`)
  if (found.failure) return words.t(found.failure)
  if (found.dryRun) return words.t('providers:import.wouldRecord', { count })
  if (count === 0 && found.alreadyKnown > 0) return words.t('providers:import.nothingNew')
  return words.t('providers:import.recorded', { count })
}

const kindOf = ({ state, failure, refusedCount }: Import) => {
  if (failure) return 'error'
  if (!isSettled(state)) return 'info'
  return refusedCount > 0 ? 'warning' : 'success'
}

/** What the page of one import shows. `badgeNames` by slug. */
export function importPage(found: Import, badgeNames: ReadonlyMap<string, string>, words: Words) {
  const { t, number, href } = words
  const left = found.refusedCount - Math.min(shownRefusals, found.refused.length)
  const held = found.warnings.find(({ key }) => key === 'otherProfile')
  const ownProfile = held && {
    href: href(withQuery(paths.ownProfile, { name: String(held.params['name'] ?? '') })),
    text: t('providers:import.ownProfile'),
  }
  return {
    id: found.id,
    state: stateTag(found.state, words),
    isSettled: isSettled(found.state),
    isLearners: found.learnerId !== undefined,
    outcome: { kind: kindOf(found) },
    text: textOf(found, words),
    facts: [
      { term: t('providers:import.source'), text: sourceOf(found, words) },
      { term: t('providers:import.startedAt'), text: words.time(found.startedAt) },
      ...(found.finishedAt
        ? [{ term: t('providers:import.finishedAt'), text: words.time(found.finishedAt) }]
        : []),
    ],
    stats: [
      ...(found.dryRun
        ? []
        : [{ value: number(found.recorded), label: t('providers:import.new') }]),
      { value: number(found.alreadyKnown), label: t('providers:import.known') },
      ...(found.learnerId === undefined
        ? [{ value: number(found.refusedCount), label: t('providers:import.refused') }]
        : []),
    ],
    progress: {
      value: Math.min(found.read, found.rows),
      max: Math.max(found.rows, 1),
      text: t('providers:import.progress', { read: number(found.read), rows: number(found.rows) }),
    },
    warnings: warningsOf(found, words),
    ownProfile: ownProfile ?? null,
    awards: found.awarded.map(({ badge, count }) => ({
      href: href(to(paths.badge, { slug: badge })),
      text: badgeNames.get(badge) ?? badge,
      count: number(count),
    })),
    refusals: found.refused.slice(0, shownRefusals).map((one) => ({
      cells: [number(one.row), one.field, reasonOf(one, words)],
    })),
    moreRefusals: left > 0 ? t('providers:import.moreRefusals', { count: left }) : '',
    refusedText: t(
      `providers:import.${found.source === 'open-badge' ? 'badgesRefusedText' : 'refusedText'}`,
    ),
    refusalsCsv: href(to(paths.refusalsCsv, { id: found.id })),
  }
}

const sourceOf = ({ source, fileName, origin, dryRun }: Import, { t }: Words): string => {
  const name = source === 'treehouse-profile' ? origin : fileName
  const kind = t(dryRun ? 'providers:source.dryRun' : `providers:source.${source}`)
  return name === undefined ? kind : `${kind}: ${name}`
}

/** One row of a list of imports. */
export const importRow = (found: Import, words: Words) => ({
  cells: [
    {
      text: words.time(found.startedAt),
      href: words.href(to(paths.import, { id: found.id })),
      sub: sourceOf(found, words),
    },
    { tag: stateTag(found.state, words) },
    words.number(found.recorded),
    words.number(found.alreadyKnown),
    words.number(found.refusedCount),
  ],
})

/** One row of the CSV of a list of imports. */
export const importCsvRow = (found: Import) => ({
  id: found.id,
  startedAt: found.startedAt.toISOString(),
  source: found.source,
  file: found.fileName ?? '',
  state: found.state,
  dryRun: String(found.dryRun),
  read: found.read,
  recorded: found.recorded,
  alreadyKnown: found.alreadyKnown,
  refused: found.refusedCount,
})

/** One row of the CSV of refusals, in the reader's words. */
export const refusalCsvRow = (one: Refusal, words: Words) => ({
  row: one.row,
  column: one.field,
  reason: reasonOf(one, words),
})
