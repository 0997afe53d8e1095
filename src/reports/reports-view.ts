import type { Words } from '../http/words.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { ExtractCheck } from './extract-check-store.js'
import type { ExtractSchema } from './extract.js'
import { programYear } from './quarter.js'
import type { SeenGains } from './see-gains.js'
import { gainNumbers, isCounted, type SeenGain } from './skill-gain.js'

function checkPart({ finishedAt, looked, total, ...check }: ExtractCheck, words: Words) {
  const { t, number } = words
  const of = Math.max(total, looked)
  return {
    isDone: check.state === 'done',
    progress: {
      value: looked,
      max: Math.max(of, 1),
      text: t('reports:check.progress', { looked: number(looked), total: number(of) }),
    },
    at: finishedAt ? t('reports:check.at', { at: words.time(finishedAt) }) : '',
    text: t('reports:check.looked', { count: check.checked }),
    leftOut: t('reports:check.leftOut', { count: check.leftOut }),
    isWhole: check.isWhole,
    rows: check.faults.map(({ row, code, rule }) => ({
      cells: [code, number(row), t(`reports:check.rule.${rule}`)],
    })),
  }
}

/** The page of the participant extract: what it is, what it holds, what the pre-check says. */
export function extractPage(
  chosen: { readonly schema: ExtractSchema; readonly year: number; readonly thisYear: number },
  schemas: readonly ExtractSchema[],
  check: ExtractCheck | undefined,
  words: Words,
) {
  const { t, day } = words
  const { schema, year, thisYear } = chosen
  const { from, to: until } = programYear(year)
  const query = { year, schema: schema.version }
  return {
    schema: schema.label,
    source: schema.source,
    year: t('reports:extract.year', { year, from: day(from), to: day(until) }),
    fields: [
      {
        name: 'year',
        type: 'select',
        label: t('reports:extract.programYear'),
        options: [0, 1, 2, 3].map((back) => {
          const one = String(thisYear - back)
          return { value: one, label: one }
        }),
        value: String(year),
      },
      {
        name: 'schema',
        type: 'select',
        label: t('reports:extract.schema'),
        options: schemas.map(({ version, label }) => ({ value: version, label })),
        value: schema.version,
      },
    ],
    csv: withQuery(words.href(paths.participantCsv), query),
    csvHead: withQuery(words.href(paths.participantCsv), { ...query, head: 'yes' }),
    query,
    check: check && checkPart(check, words),
    columns: schema.columns.map(({ no, name, holds, source }) => ({
      cells: [
        no,
        name,
        holds === undefined ? t('reports:extract.empty') : t('reports:extract.held'),
        source,
      ],
    })),
  }
}

const kindOf = (type: keyof typeof gainNumbers, { t }: Words) =>
  t('reports:gain.type', { number: gainNumbers[type], name: t(`reports:gainType.${type}`) })

function stateOf({ id, takenBack }: SeenGain, lost: ReadonlySet<string> | undefined, words: Words) {
  const { t, dayOfInstant } = words
  if (!takenBack)
    return lost && { text: t(lost.has(id) ? 'reports:gain.lost' : 'reports:gain.counts') }
  const { by, at, reason } = takenBack
  return { text: t('reports:gain.takenBack', { by, day: dayOfInstant(at) }), sub: reason }
}

/** A learner's skill gains, and those that may still be recorded; without the learner's leave no name and no evidence. */
export function gainsPage({ gains, opened }: SeenGains, id: string, words: Words) {
  const { t, day, href } = words
  const name = opened?.record.learner.name
  return {
    name,
    isOpen: opened !== undefined,
    back: {
      href: href(to(paths.staffLearner, { id })),
      text: name ?? t('reports:gain.back'),
    },
    gains: gains.map((gain) => ({
      cells: [
        kindOf(gain.type, words),
        gain.title,
        gain.on && { date: gain.on, text: day(gain.on) },
        gain.attestedBy,
        { date: gain.attestedAt.toISOString(), text: words.dayOfInstant(gain.attestedAt) },
        stateOf(gain, opened?.lost, words),
        isCounted(gain)
          ? {
              href: href(to(paths.takeBackGain, { id, gain: gain.id })),
              text: t('reports:gain.takeBack', { title: gain.title ?? kindOf(gain.type, words) }),
            }
          : null,
      ],
    })),
    grounds: opened?.grounds.map(({ evidenceId, type, title, on }) => ({
      value: evidenceId,
      label: `${title}, ${day(on)}`,
      hint: kindOf(type, words),
    })),
  }
}

/** One gain, before it is taken back. */
export function takeBackPage(gain: SeenGain, words: Words) {
  const { t, day, dayOfInstant, href } = words
  return {
    back: {
      href: href(to(paths.skillGains, { id: gain.learnerId })),
      text: t('reports:gain.recorded'),
    },
    facts: [
      { term: t('reports:gain.kind'), text: kindOf(gain.type, words) },
      ...(gain.title === undefined ? [] : [{ term: t('reports:gain.evidence'), text: gain.title }]),
      ...(gain.on === undefined ? [] : [{ term: t('reports:gain.on'), text: day(gain.on) }]),
      { term: t('reports:gain.by'), text: gain.attestedBy },
      { term: t('reports:gain.at'), text: dayOfInstant(gain.attestedAt) },
    ],
  }
}
