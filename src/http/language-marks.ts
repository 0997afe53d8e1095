import ejs from 'ejs'

/** Puts `lang="en"` on known English texts of a page in another language. */
export type MarkEnglish = (html: string) => string

const empty = new Set(
  'area base br col embed hr img input link meta param source track wbr path circle rect line polygon polyline use'.split(
    ' ',
  ),
)
/** Where no element may stand inside a text. */
const plainOnly = new Set([
  'title',
  'option',
  'textarea',
  'script',
  'style',
  'text',
  'tspan',
  'desc',
])

const tokens = /<[^>]*>|[^<]+/g
const nameOf = (tag: string): string => /^<\/?([\w-]+)/.exec(tag)?.[1]?.toLowerCase() ?? ''
const isOpening = (tag: string): boolean =>
  /^<\w/.test(tag) && !tag.endsWith('/>') && !empty.has(nameOf(tag))
const isWordPart = (char: string | undefined): boolean =>
  char !== undefined && /[\p{L}\p{N}]/u.test(char)

const span = (text: string): string => `<span lang="en">${text}</span>`

/** Known names by their first word, longest first. */
function byFirstWord(texts: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const text of [...texts].sort((a, b) => b.length - a.length)) {
    const [first = ''] = text.split(' ')
    found.set(first, [...(found.get(first) ?? []), text])
  }
  return found
}

/** A name of one word is marked only where it stands by itself, as in a list: it may be a word of both languages. */
const standsAlone = (text: string, from: number, to: number): boolean =>
  /(^|[;,·:«“("])\s*$/.test(text.slice(0, from)) && /^\s*($|[;,·»”").])/.test(text.slice(to))

/** The names within a sentence, each in a span. */
function markedSentence(text: string, names: ReadonlyMap<string, readonly string[]>): string {
  let marked = ''
  let done = 0
  for (const { 0: word, index } of text.matchAll(/[^\s«“("]+/g)) {
    if (index < done) continue
    const bare = word.replace(/[;,:.»”")]+$/, '')
    const known = [...(names.get(word) ?? []), ...(word === bare ? [] : (names.get(bare) ?? []))]
    const name = known.find((one) => {
      const to = index + one.length
      if (!text.startsWith(one, index) || isWordPart(text[to])) return false
      return one.includes(' ') || standsAlone(text, index, to)
    })
    if (name === undefined) continue
    marked += text.slice(done, index) + span(name)
    done = index + name.length
  }
  return marked + text.slice(done)
}

/**
 * Marks these texts wherever a page shows them: the element that holds nothing else gets the attribute, a name within a
 * sentence a span. Text that an element already says the language of, and attributes, stay as they are.
 */
export function englishMarker(texts: Iterable<string>): MarkEnglish {
  const known = new Set(
    [...texts].map((text) => ejs.escapeXML(text.trim())).filter((text) => text !== ''),
  )
  const names = byFirstWord(known)

  return (html) => {
    const parts = html.match(tokens) ?? []
    /** The open elements, and of each whether its language is said by it or around it. */
    const open: { name: string; isSaid: boolean }[] = []
    parts.forEach((part, at) => {
      if (part.startsWith('</')) {
        const from = open.findLastIndex(({ name }) => name === nameOf(part))
        if (from >= 0) open.length = from
      } else if (part.startsWith('<')) {
        const name = nameOf(part)
        const isSaid = name !== 'html' && (/\slang=/.test(part) || open.at(-1)?.isSaid === true)
        if (isOpening(part)) open.push({ name, isSaid })
      } else if (open.at(-1)?.isSaid !== true) mark(part, at)
    })
    return parts.join('')

    function mark(text: string, at: number) {
      const { name = '' } = open.at(-1) ?? {}
      const bare = text.trim()
      if (bare === '') return
      const [before = '', after = ''] = [parts[at - 1], parts[at + 1]]
      const isWhole = known.has(bare)
      const fillsIts = nameOf(before) === name && isOpening(before) && after === `</${name}>`
      if (isWhole && fillsIts && !/\s(aria-label|title|data-label)=/.test(before))
        parts[at - 1] = before.replace(/>$/, ' lang="en">')
      else if (plainOnly.has(name)) return
      else parts[at] = isWhole ? text.replace(bare, () => span(bare)) : markedSentence(text, names)
    }
  }
}
