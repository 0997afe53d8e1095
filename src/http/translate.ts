export type Params = Readonly<Record<string, unknown>>

/** Translates a key; text comes back unescaped, EJS escapes it. */
export type Translate = (key: string, params?: Params) => string

/** Nested words of one language, as its locale files hold them. */
export interface WordTree {
  readonly [name: string]: string | WordTree
}

/** A text cut at its `{{name}}` places: the odd parts are names. */
type Text = readonly string[]

function* textsIn(words: WordTree, prefix: string): Generator<[string, Text]> {
  for (const [name, word] of Object.entries(words))
    if (typeof word === 'string') yield [prefix + name, word.split(/\{\{\s*(\w+)\s*\}\}/)]
    else yield* textsIn(word, `${prefix}${name}.`)
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

const filled = (text: Text, params: Params): string =>
  text.length === 1
    ? (text[0] ?? '')
    : text.map((part, at) => (at % 2 === 0 ? part : shown(params[part]))).join('')

const none: Params = {}

/**
 * The words of one language by `feature:section.key`. `{{name}}` in a text takes a parameter; a number as `count` picks the
 * text under `key_one`, `key_other` … by the language's plural rules, and 0 the text under `key_zero` where there is one.
 * Texts are taken apart once, because a page asks for a hundred of them.
 */
export function dictionary(
  language: string,
  features: Readonly<Record<string, WordTree>>,
  onMissing: (key: string) => void,
): { readonly has: (key: string) => boolean; readonly translate: Translate } {
  const texts = new Map(
    Object.entries(features).flatMap(([name, words]) => [...textsIn(words, `${name}:`)]),
  )
  const plural = new Intl.PluralRules(language)
  const textOf = (key: string, count: unknown) =>
    (count === 0 ? texts.get(`${key}_zero`) : undefined) ??
    (typeof count === 'number'
      ? (texts.get(`${key}_${plural.select(count)}`) ?? texts.get(`${key}_other`))
      : undefined) ??
    texts.get(key)
  return {
    has: (key) => texts.has(key),
    translate: (key, params = none) => {
      const text = textOf(key, params['count'])
      if (text) return filled(text, params)
      onMissing(key)
      return key
    },
  }
}
