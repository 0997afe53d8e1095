import { createHash, sign } from 'node:crypto'
import { canonicalForm } from './canonical-form.js'
import type { JsonObject } from './credential.js'
import { instantText } from './document.js'
import { base58 } from './multikey.js'
import type { SigningKey } from './proof.js'

/**
 * As signEmbedded, for documents that come by the thousand and differ little: their canonical form is made by a template.
 */
export async function signBadge(
  unsigned: JsonObject,
  key: SigningKey,
  at: Date,
): Promise<JsonObject> {
  const proof = {
    type: 'DataIntegrityProof',
    created: instantText(at),
    verificationMethod: key.method,
    cryptosuite: 'eddsa-rdfc-2022',
    proofPurpose: 'assertionMethod',
  }
  const hashes = await Promise.all([
    hashOf({ '@context': unsigned['@context'], ...proof }),
    hashOf(unsigned),
  ])
  const signature = sign(null, Buffer.concat(hashes), key.privateKey)
  return { ...unsigned, proof: [{ ...proof, proofValue: `z${base58(signature)}` }] }
}

const hashOf = async (document: JsonObject) =>
  createHash('sha256')
    .update(await canonicalForm(document))
    .digest()
