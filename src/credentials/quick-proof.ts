import { createHash, createPublicKey, verify } from 'node:crypto'
import { knownForm, learnKind } from './canonical-form.js'
import type { JsonObject } from './credential.js'
import { fromBase58 } from './multikey.js'
import type { PublicKey } from './proof.js'

/** What is signed: the document without its proof, and the proof without its value. */
function partsOf(document: JsonObject, proof: JsonObject) {
  const { proof: _, ...unsigned } = document
  const { proofValue, ...options } = proof
  return { proofValue, parts: [{ '@context': document['@context'], ...options }, unsigned] }
}

const hash = (text: string) => createHash('sha256').update(text).digest()

/**
 * True when an eddsa-rdfc-2022 proof is good and the document is of a kind whose canonical form is known. False says nothing:
 * the library must be asked.
 */
export function isQuicklyProven(document: JsonObject, proof: JsonObject, key: PublicKey): boolean {
  const { proofValue, parts } = partsOf(document, proof)
  const signature =
    typeof proofValue === 'string' && proofValue.startsWith('z')
      ? fromBase58(proofValue.slice(1))
      : undefined
  const forms = parts.map(knownForm)
  if (!signature || forms.includes(undefined)) return false
  const signed = Buffer.concat(forms.map((form) => hash(form ?? '')))
  return verify(null, signed, createPublicKey({ key: key.jwk, format: 'jwk' }), signature)
}

/** Remembers the kind of a document whose proof and issuer were found good, for the next of its kind. */
export async function rememberKind(document: JsonObject, proof: JsonObject): Promise<void> {
  for (const part of partsOf(document, proof).parts) await learnKind(part)
}
