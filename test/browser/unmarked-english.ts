import { load } from 'cheerio'

/** English texts of the catalog that a Spanish page shows without saying so. Names of one word count where they stand alone. */
export function unmarkedEnglish(html: string, texts: ReadonlySet<string>): string[] {
  const $ = load(html)
  const long = [...texts].filter((text) => text.includes(' '))
  return $('body, body *')
    .contents()
    .toArray()
    .filter((node) => node.nodeType === 3 && $(node).closest('[lang]').attr('lang') === 'es')
    .map((node) => $(node).text().trim())
    .filter((text) => texts.has(text) || long.some((one) => holds(text, one)))
}

function holds(text: string, name: string): boolean {
  const at = text.indexOf(name)
  if (at < 0) return false
  return ![text[at - 1], text[at + name.length]].some((one) => one && /[\p{L}\p{N}-]/u.test(one))
}
