/**
 * The canonical form (RDFC-1.0, as N-Quads) of documents that differ in some texts only. The library brings one of them into
 * canonical form with marks in place of those texts; for the next the marks are replaced, the nodes without a name get
 * their labels anew by the same rule, and the lines are sorted. Where nodes look alike, the rule is longer than this: then
 * there is no answer here, and the library must be asked.
 */
import { createHash } from 'node:crypto'
import type { JsonObject } from './credential.js'

const mark = 'urn:waymark:text:'

/** What may differ from document to document, by where it stands; `*` is any place in a list. */
const openPaths: readonly string[] = [
  'id',
  'validFrom',
  'awardedDate',
  'created',
  'credentialSubject.id',
  'credentialSubject.identifier.*.identityHash',
  'credentialSubject.identifier.*.salt',
  'evidence.*.id',
  'evidence.*.name',
  'evidence.*.narrative',
  'evidence.*.genre',
  'credentialStatus.id',
  'credentialStatus.statusListIndex',
  'credentialStatus.statusListCredential',
]
const open = new Set(openPaths)
const names = /(^|\.)(id|statusListCredential)$/

interface OpenText {
  readonly text: string
  /** True where it is the name of a node. */
  readonly isName: boolean
}

/** A document with marks, and the texts they stand for. */
export interface Marked {
  readonly document: JsonObject
  readonly texts: readonly OpenText[]
}

const isPlainName = (text: string) => /^[a-z][a-z0-9+.-]*:[!#-;=?-[\]_a-z~]+$/i.test(text)

/** The document with marks in place of what may differ; undefined when that would be ambiguous. */
export function markOpen(document: JsonObject): Marked | undefined {
  if (JSON.stringify(document).includes(mark)) return undefined
  const texts: OpenText[] = []
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === 'string' && open.has(path)) {
      texts.push({ text: value, isName: names.test(path) })
      return `${mark}${texts.length - 1}:`
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, `${path}.*`))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        walk(inner, path ? `${path}.${key}` : key),
      ]),
    )
  }
  const marked = walk(document, '') as JsonObject
  const own = texts.filter(({ isName }) => isName).map(({ text }) => text)
  return own.every(isPlainName) && new Set(own).size === own.length
    ? { document: marked, texts }
    : undefined
}

/** A line of N-Quads in its parts: subject, predicate, object, and the graph where it has one. */
type Quad = readonly string[]

const name = '<[^>]*>'
const blank = '_:[^ ]+'
const literal = '"(?:[^"\\\\]|\\\\.)*"(?:\\^\\^<[^>]*>|@[^ ]+)?'
const line = new RegExp(
  `^(${name}|${blank}) (${name}) (${name}|${blank}|${literal})(?: (${name}|${blank}))? \\.$`,
  's',
)

const partsOf = (text: string): Quad =>
  ((line.exec(text) ?? []) as (string | undefined)[]).slice(1).filter((part) => part !== undefined)

/** The lines of a canonical form, in their parts; undefined when one can't be read. */
export function quadsOf(canonical: string): readonly Quad[] | undefined {
  const quads = canonical
    .split('\n')
    .filter((text) => text !== '')
    .map(partsOf)
  return quads.every(({ length }) => length >= 3) ? quads : undefined
}

const escapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
}

/** A text as canonical N-Quads write it inside a literal. */
const escaped = (text: string) =>
  // eslint-disable-next-line no-control-regex -- control characters are what must be escaped
  text.replace(/[\u0000-\u001f\u007f"\\]/g, (letter) => {
    const code = letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return escapes[letter] ?? `\\u${code}`
  })

const marks = new RegExp(`${mark}(\\d+):`, 'g')
const isBlank = (part: string) => part.startsWith('_:')

/** The canonical form with these texts; undefined when two nodes without a name look alike. */
export function fillIn(quads: readonly Quad[], texts: readonly OpenText[]): string | undefined {
  const written = texts.map(({ text, isName }) => (isName ? text : escaped(text)))
  const filled = quads.map((quad) =>
    quad.map((part) => part.replace(marks, (_, at: string) => written[Number(at)] ?? '')),
  )
  const labels = labelsOf(filled)
  return (
    labels &&
    filled
      .map((quad) => lineOf(quad, (node) => labels.get(node) ?? node))
      .sort()
      .join('')
  )
}

const lineOf = (quad: Quad, label: (node: string) => string) =>
  `${quad.map((part) => (isBlank(part) ? label(part) : part)).join(' ')} .\n`

/** RDFC-1.0, 4.6 and step 5.4: labels in the order of the hashes of what is said of each node. */
function labelsOf(quads: readonly Quad[]): Map<string, string> | undefined {
  const said = new Map<string, Quad[]>()
  for (const quad of quads)
    for (const node of new Set(quad.filter(isBlank)))
      said.set(node, [...(said.get(node) ?? []), quad])
  const hashes = [...said].map(([node, own]): [string, string] => {
    const lines = own.map((quad) => lineOf(quad, (other) => (other === node ? '_:a' : '_:z')))
    return [createHash('sha256').update(lines.sort().join('')).digest('hex'), node]
  })
  if (new Set(hashes.map(([hash]) => hash)).size < hashes.length) return undefined
  return new Map(
    hashes
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, node], at): [string, string] => [node, `_:c14n${at}`]),
  )
}
