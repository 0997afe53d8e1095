import { SaxesParser, type SaxesTagNS } from 'saxes'
import { BadgeFileError, bakings, fileLimits, type Baking, type Unbaked } from './badge-file.js'

interface Found {
  readonly baking: Baking
  readonly start: number
  end: number
  readonly verify: string | undefined
  body: string
}

interface SvgParts {
  /** Where the root's name ends, and where its start tag ends. */
  readonly rootName: number
  readonly rootEnd: number
  readonly isRootEmpty: boolean
  readonly found: readonly Found[]
}

const bakingOf = ({ uri, local }: SaxesTagNS): Baking | undefined =>
  (Object.keys(bakings) as Baking[]).find(
    (baking) => bakings[baking].namespace === uri && bakings[baking].element === local,
  )

const svgNamespace = 'http://www.w3.org/2000/svg'

/** Reads an SVG as data: nothing in it is run, shown or fetched. A document type could define entities: it is refused. */
function partsOf(svg: string): SvgParts {
  if (Buffer.byteLength(svg) > fileLimits.svg) throw new BadgeFileError('svgTooLarge', true)
  const parser = new SaxesParser({ xmlns: true, position: true })
  const found: Found[] = []
  let root: { name: number; end: number; isEmpty: boolean } | undefined
  let open: Found | undefined
  let depth = 0
  const keep = (text: string) => {
    if (!open) return
    open.body += text
    if (open.body.length > fileLimits.chunk) throw new BadgeFileError('chunkTooLarge', true)
  }
  parser.on('error', () => {
    throw new BadgeFileError('brokenSvg')
  })
  parser.on('doctype', () => {
    throw new BadgeFileError('doctype')
  })
  parser.on('opentag', (tag) => {
    depth += 1
    if (depth > fileLimits.depth) throw new BadgeFileError('tooDeep')
    const end = parser.position
    const start = svg.lastIndexOf('<', end - 1)
    if (depth === 1) {
      if (tag.local !== 'svg' || tag.uri !== svgNamespace) throw new BadgeFileError('noCredential')
      root = { name: start + 1 + tag.name.length, end, isEmpty: tag.isSelfClosing }
    }
    const baking = open ? undefined : bakingOf(tag)
    if (baking) {
      const verify = tag.attributes['verify']?.value
      open = { baking, start: startOf(svg, tag.name, end), end, verify, body: '' }
      openDepth = depth
      found.push(open)
    }
  })
  let openDepth = 0
  parser.on('text', keep)
  parser.on('cdata', keep)
  parser.on('closetag', () => {
    if (open && depth === openDepth) {
      open.end = parser.position
      open = undefined
    }
    depth -= 1
  })
  parser.write(svg).close()
  if (!root) throw new BadgeFileError('brokenSvg')
  return { rootName: root.name, rootEnd: root.end, isRootEmpty: root.isEmpty, found }
}

/** Where a start tag begins: its attributes may hold `<` only as an entity, so the last one before its end is its own. */
const startOf = (svg: string, name: string, end: number) => svg.lastIndexOf(`<${name}`, end - 1)

/**
 * The credential baked into an SVG, undefined when there is none. Found by namespace and name, never by prefix; the first
 * one wins. Throws BadgeFileError for a picture that is not well-formed or has a document type.
 */
export function unbakeSvg(svg: string): Unbaked | undefined {
  const { found } = partsOf(svg)
  const [first] = found
  if (!first) return undefined
  const text = (first.verify ?? first.body).trim()
  if (text.length > fileLimits.chunk) throw new BadgeFileError('chunkTooLarge', true)
  return { baking: first.baking, text, hasMore: found.length > 1 }
}

const asAttribute = (text: string) =>
  text.replace(/[&<"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '"': '&quot;' })[sign] ?? sign)

const asCdata = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`

const prefixes = { 'open-badge-3': 'openbadges', clr: 'clr' } as const

/**
 * The SVG with the text (JSON or a JWS) baked in as its first element; what was baked in before is replaced. Throws
 * BadgeFileError when it is no well-formed SVG.
 */
export function bakeSvg(
  svg: string,
  text: string,
  baking: Exclude<Baking, 'open-badge-2'> = 'open-badge-3',
): string {
  let clean = svg
  for (const { start, end } of [...partsOf(svg).found].reverse())
    clean = clean.slice(0, start) + clean.slice(end)
  const { rootName, rootEnd, isRootEmpty } = partsOf(clean)
  const prefix = prefixes[baking]
  const declared = ` xmlns:${prefix}="${bakings[baking].namespace}"`
  const startTag = clean.slice(0, rootEnd)
  const withSpace = startTag.includes(declared)
    ? startTag
    : clean.slice(0, rootName) + declared + clean.slice(rootName, rootEnd)
  const name = `${prefix}:${bakings[baking].element}`
  const element = text.trimStart().startsWith('{')
    ? `<${name}>${asCdata(text)}</${name}>`
    : `<${name} verify="${asAttribute(text)}"/>`
  return isRootEmpty
    ? `${withSpace.replace(/\/>$/, '>')}${element}</svg>${clean.slice(rootEnd)}`
    : withSpace + element + clean.slice(rootEnd)
}
