import { checkEmbedded } from '../credentials/embedded-proof.js'
import { checkJws } from '../credentials/jws.js'
import type { FindKey, ProofCheck } from '../credentials/proof.js'
import type { JsonRecord, Token } from './read-badge-file.js'
import type { Check } from './verification.js'

/**
 * The signature of a credential, and whether its key is one that the issuer publishes. The first can hold without the
 * second: then nothing was changed, but nobody vouches for who signed.
 */
export async function checkProof(
  token: Token | undefined,
  document: JsonRecord,
  findKey: FindKey,
): Promise<Check[]> {
  const proof = token
    ? await checkJws(token.compact, findKey)
    : await checkEmbedded(document, findKey)
  return checksOf(proof)
}

function checksOf({ signature, issuerKey, why }: ProofCheck): Check[] {
  const words = { signature: why ?? 'good', issuerKey: why ?? 'published' }
  return [
    { name: 'signature', outcome: signature, why: signature === 'pass' ? 'good' : words.signature },
    { name: 'issuerKey', outcome: issuerKey, why: words.issuerKey },
  ]
}
