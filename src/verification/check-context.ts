import { UnknownContext } from '../credentials/contexts.js'
import { canonicalForm } from '../credentials/embedded-proof.js'
import type { JsonRecord } from './read-badge-file.js'
import type { Check } from './verification.js'

const name = 'context'

const baseContexts = [
  'https://www.w3.org/ns/credentials/v2',
  'https://www.w3.org/2018/credentials/v1',
]

/** The claims that a JWT adds to a credential: they are no terms of its context. */
const jwtClaims = new Set(['iss', 'sub', 'jti', 'nbf', 'exp', 'iat', 'aud', 'cnf', 'vc'])

const isOfOpenBadges = (context: unknown) =>
  typeof context === 'string' && /^https:\/\/purl\.imsglobal\.org\/spec\/(ob|clr)\//.test(context)

/**
 * Whether every term of a credential has one meaning that both signer and reader know: the contexts are those of the
 * specifications, in their order, none redefines another's terms, and nothing is left undefined. Contexts are never
 * fetched. The proof is left out: its own check reads it.
 */
export async function checkContext(document: JsonRecord): Promise<Check> {
  const contexts = [document['@context'] ?? []].flat()
  if (contexts.length === 0) return { name, outcome: 'fail', why: 'missing' }
  if (!baseContexts.includes(contexts[0] as string) || !isOfOpenBadges(contexts[1]))
    return { name, outcome: 'fail', why: 'order' }
  const terms = Object.fromEntries(
    Object.entries(document).filter(([term]) => term !== 'proof' && !jwtClaims.has(term)),
  )
  try {
    await canonicalForm(terms)
    return { name, outcome: 'pass', why: 'known' }
  } catch (error) {
    return { name, outcome: 'fail', ...reasonOf(error) }
  }
}

function reasonOf(error: unknown): Pick<Check, 'why' | 'params'> {
  for (let one = error; one instanceof Error; one = one.cause ?? detailsOf(one)) {
    if (one instanceof UnknownContext)
      return { why: 'unknown', params: { url: one.url.slice(0, 200) } }
  }
  return { why: 'undefinedTerm' }
}

const detailsOf = (error: Error): unknown =>
  (error as { readonly details?: { readonly cause?: unknown } }).details?.cause
