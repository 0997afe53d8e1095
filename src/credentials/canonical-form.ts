import { fillIn, markOpen, quadsOf } from './canonical-template.js'
import { loadContext } from './contexts.js'
import type { JsonObject } from './credential.js'

type Template = Exclude<ReturnType<typeof quadsOf>, undefined>

/** Templates by the document with marks; 'none' for documents that must go to the library each time. */
const templates = new Map<string, Template | 'none'>()
const mostTemplates = 300

/** Larger documents are not worth a template: their like is rare, and memory is not. */
const longestKind = 32_768

/**
 * The canonical form of a document, by a template where there is one: what the library makes of the first of a kind is used
 * for the next. A template counts only when it gives, for that first document, exactly what the library gives. Call it with
 * documents of ours only, for it remembers them. Throws for an unknown context or term.
 */
export async function canonicalForm(document: JsonObject): Promise<string> {
  const marked = markOpen(document)
  if (!marked) return canonize(document)
  const kind = JSON.stringify(marked.document)
  const known = templates.get(kind)
  if (known === 'none' || kind.length > longestKind) return canonize(document)
  if (known) return fillIn(known, marked.texts) ?? canonize(document)
  const [right, template] = [await canonize(document), quadsOf(await canonize(marked.document))]
  const isRight = template !== undefined && fillIn(template, marked.texts) === right
  if (templates.size >= mostTemplates) templates.clear()
  templates.set(kind, isRight ? template : 'none')
  return right
}

/** Learns the kind of a document for knownForm, once; nothing for one that no template can serve. */
export async function learnKind(document: JsonObject): Promise<void> {
  const marked = markOpen(document)
  const kind = JSON.stringify(marked?.document ?? null)
  if (marked && kind.length <= longestKind && !templates.has(kind)) await canonicalForm(document)
}

/** The canonical form of anybody's document where a template for its kind is there already; undefined otherwise. */
export function knownForm(document: JsonObject): string | undefined {
  const marked = markOpen(document)
  const known = marked && templates.get(JSON.stringify(marked.document))
  return known && known !== 'none' ? fillIn(known, marked.texts) : undefined
}

async function canonize(document: JsonObject): Promise<string> {
  const { cryptosuite } = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite')
  return cryptosuite.canonize(document, { documentLoader: loadContext, base: null, safe: true })
}
