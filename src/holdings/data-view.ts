import type { Words } from '../http/words.js'
import type { DataFile } from './data-file.js'
import { isFetchable } from './data-file.js'
import type { Row } from './holding.js'

/** One collection of a person's data, row by row. */
export interface HeldRows {
  readonly collection: string
  readonly rows: AsyncIterable<Row>
}

/** Everything as one JSON document, part by part: `{ made, held: { collection: [row, …] } }`. */
export async function* jsonText(
  held: AsyncIterable<HeldRows>,
  madeAt: Date,
): AsyncGenerator<string> {
  yield `{"made":${JSON.stringify(madeAt)},"held":{`
  let first = true
  for await (const { collection, rows } of held) {
    yield `${first ? '' : ','}\n${JSON.stringify(collection)}:[`
    first = false
    let separator = ''
    for await (const row of rows) {
      yield `${separator}\n${JSON.stringify(row)}`
      separator = ','
    }
    yield ']'
  }
  yield '}}\n'
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`)

const shown = (value: unknown): string =>
  value instanceof Date
    ? value.toISOString()
    : typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : JSON.stringify(value)

/** `proof.rules` as "proof, rules"; `earnedOn` as "earned on". */
const labelOf = (path: readonly string[]): string =>
  path.map((name) => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()).join(', ')

function* lines(value: unknown, path: readonly string[] = []): Generator<[string, string]> {
  if (value === null || value === undefined) return
  if (typeof value !== 'object' || value instanceof Date || isLeaf(value)) {
    yield [labelOf(path), shown(value)]
    return
  }
  for (const [name, inner] of Object.entries(value))
    yield* lines(inner, [...path, Array.isArray(value) ? String(Number(name) + 1) : name])
}

/** A list of plain texts fits one line. */
const isLeaf = (value: object): boolean =>
  Array.isArray(value) && value.every((one) => typeof one !== 'object')

const look =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}dl{display:grid;grid-template-columns:minmax(8rem,16rem) 1fr;gap:.25rem 1rem;border-top:1px solid #999;padding-top:.5rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}'

/** The same for reading, as one page without anything from elsewhere. */
export async function* htmlText(
  held: AsyncIterable<HeldRows>,
  madeAt: Date,
  words: Words,
): AsyncGenerator<string> {
  const { t, lang } = words
  const say = (key: string, params?: Record<string, string>) => escaped(t(key, params))
  yield `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${say('holdings:file.title')}</title><style>${look}</style></head><body><h1>${say('holdings:file.title')}</h1><p>${say('holdings:file.made', { at: words.time(madeAt) })}</p>`
  for await (const { collection, rows } of held) {
    yield `<section><h2>${say(`holdings:collection.${collection}`)}</h2>`
    let count = 0
    for await (const row of rows) {
      count += 1
      const pairs = [...lines(row)].map(
        ([label, text]) => `<dt>${escaped(label)}</dt><dd>${escaped(text)}</dd>`,
      )
      yield `<dl>${pairs.join('')}</dl>`
    }
    yield count === 0 ? `<p>${say('holdings:file.nothing')}</p></section>` : '</section>'
  }
  yield '</body></html>\n'
}

const shownStates = { waiting: 'info', ready: 'success', failed: 'error' } as const

/** Where the file of one's own data stands. */
export function dataFilePage(file: DataFile | undefined, now: Date, words: Words) {
  const { t } = words
  const isReady = isFetchable(file, now)
  const told = isReady || file?.state !== 'ready' ? file : undefined
  return {
    isWaiting: file?.state === 'waiting',
    isReady,
    alert: told && {
      kind: shownStates[told.state],
      text: t(`holdings:state.${told.state}`, {
        until: told.expiresAt ? words.time(told.expiresAt) : '',
        size: words.number(Math.max(1, Math.round((told.bytes ?? 0) / 1024))),
      }),
    },
    progress: file?.state === 'waiting' && {
      value: Math.min(file.done, file.rows),
      max: Math.max(1, file.rows),
      text: t('holdings:progress', {
        done: words.number(Math.min(file.done, file.rows)),
        rows: words.number(file.rows),
      }),
    },
  }
}
