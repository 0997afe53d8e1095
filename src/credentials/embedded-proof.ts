import { sign as signBytes } from 'node:crypto'
import { UnknownContext, loadContext } from './contexts.js'
import type { JsonObject } from './credential.js'
import { jwkOfMultibase, multibaseOf } from './multikey.js'
import {
  issuerOf,
  refusedProof,
  type FindKey,
  type ProofCheck,
  type ProofFault,
  type PublicKey,
  type SigningKey,
} from './proof.js'
import { shareTerms } from './share-terms.js'

async function readLibraries() {
  const [jsonld, signatures, integrity, eddsa, ed25519] = await Promise.all([
    import('jsonld'),
    import('jsonld-signatures'),
    import('@digitalbazaar/data-integrity'),
    import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite'),
    import('@digitalbazaar/ed25519-signature-2020'),
  ])
  shareTerms(jsonld.default.util)
  const { sign, verify, purposes } = signatures.default
  return { sign, verify, purposes, ...integrity, ...eddsa, ...ed25519 }
}

let read: ReturnType<typeof readLibraries> | undefined

/** The libraries of JSON-LD signatures, read at the first use: they are large. */
const libraries = () => (read ??= readLibraries())

/**
 * The document with an eddsa-rdfc-2022 proof (W3C Data Integrity), as an array of one. Throws when the document has a term
 * or a context that isn't known: nothing goes unsigned in silence.
 */
export async function signEmbedded(
  unsigned: JsonObject,
  key: SigningKey,
  at: Date,
): Promise<JsonObject> {
  const { sign, purposes, DataIntegrityProof, cryptosuite } = await libraries()
  const signer = {
    id: key.method,
    algorithm: 'Ed25519',
    sign: ({ data }: { readonly data: Uint8Array }) => signBytes(null, data, key.privateKey),
  }
  const suite = new DataIntegrityProof({ signer, cryptosuite, date: at })
  const purpose = new purposes.AssertionProofPurpose()
  const signed = await sign({ ...unsigned }, { suite, purpose, documentLoader: loadContext })
  return { ...signed, proof: [signed['proof']].flat() }
}

/** The canonical form of a document. Throws for a term or a context that isn't known. */
export async function canonicalForm(document: object): Promise<string> {
  const { cryptosuite } = await libraries()
  return cryptosuite.canonize(document, { documentLoader: loadContext })
}

interface Proof {
  readonly type: 'DataIntegrityProof' | 'Ed25519Signature2020'
  readonly verificationMethod: string
  readonly whole: object
}

/** The proofs that we can check; a fault when there is none. */
function proofsOf(document: JsonObject): readonly Proof[] | ProofFault {
  const all = [document['proof'] ?? []].flat() as (Record<string, unknown> | null)[]
  if (all.length === 0) return 'no-proof'
  if (all.length > mostProofs) return 'suite-unknown'
  const known = all.filter(
    (proof) =>
      (proof?.['type'] === 'DataIntegrityProof' && proof['cryptosuite'] === 'eddsa-rdfc-2022') ||
      proof?.['type'] === 'Ed25519Signature2020',
  )
  if (known.length === 0) return 'suite-unknown'
  const asserted = known.filter((proof) => proof?.['proofPurpose'] === 'assertionMethod')
  if (asserted.length === 0) return 'wrong-purpose'
  return asserted.flatMap((whole): Proof[] => {
    const method = whole?.['verificationMethod']
    return whole && typeof method === 'string'
      ? [{ type: whole['type'] as Proof['type'], verificationMethod: method, whole }]
      : []
  })
}

const mostProofs = 5

/**
 * Checks the embedded proof of a document: any one good proof suffices. Signature first asks nothing of the issuer's word;
 * issuerKey passes only when `findKey` says that the issuer publishes the key. Never throws, never asks the network.
 */
export async function checkEmbedded(document: JsonObject, findKey: FindKey): Promise<ProofCheck> {
  const proofs = proofsOf(document)
  if (typeof proofs === 'string')
    return {
      ...refusedProof(proofs),
      ...(proofs === 'suite-unknown' && { signature: 'not_checked' }),
    }
  const issuerId = issuerOf(document)
  if (issuerId === undefined) return refusedProof('no-issuer')
  let last = refusedProof('no-key-named')
  for (const proof of proofs) {
    last = await checkProof(document, proof, issuerId, findKey)
    if (last.signature === 'pass') return last
  }
  return last
}

async function checkProof(
  document: JsonObject,
  proof: Proof,
  issuerId: string,
  findKey: FindKey,
): Promise<ProofCheck> {
  const keyId = proof.verificationMethod
  const found = await findKey(issuerId, keyId)
  if (found === 'not-published')
    return { signature: 'not_checked', issuerKey: 'fail', why: 'not-published', keyId }
  const key = found === 'issuer-unknown' ? keyInFragment(keyId) : found
  if (!key)
    return { signature: 'not_checked', issuerKey: 'not_checked', why: 'issuer-unknown', keyId }
  const fault = await signatureFault(document, proof, key)
  if (fault) return refusedProof(fault, keyId)
  return found === 'issuer-unknown'
    ? { signature: 'pass', issuerKey: 'not_checked', why: 'issuer-unknown', keyId }
    : { signature: 'pass', issuerKey: 'pass', keyId }
}

/** The key that a verification method like `did:web:x#z6Mk…` spells out: enough to see whether anything was changed. */
function keyInFragment(method: string): PublicKey | undefined {
  const jwk = jwkOfMultibase(method.split('#')[1] ?? '')
  return jwk && { jwk }
}

async function signatureFault(
  document: JsonObject,
  proof: Proof,
  { jwk }: PublicKey,
): Promise<ProofFault | undefined> {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || jwk.x === undefined) return 'bad-signature'
  const { verify, purposes, DataIntegrityProof, cryptosuite, Ed25519Signature2020 } =
    await libraries()
  const isSuite2020 = proof.type === 'Ed25519Signature2020'
  const method = {
    '@context': isSuite2020 ? suite2020 : multikey,
    id: proof.verificationMethod,
    type: isSuite2020 ? 'Ed25519VerificationKey2020' : 'Multikey',
    controller: controllerId,
    publicKeyMultibase: multibaseOf(jwk.x),
  }
  const load = async (url: string) =>
    url === proof.verificationMethod
      ? { contextUrl: null, documentUrl: url, document: method }
      : loadContext(url)
  const controller = { id: controllerId, assertionMethod: [proof.verificationMethod] }
  try {
    const { verified, error } = await verify(
      { ...document, proof: proof.whole },
      {
        suite: isSuite2020 ? new Ed25519Signature2020() : new DataIntegrityProof({ cryptosuite }),
        purpose: new purposes.AssertionProofPurpose({ controller }),
        documentLoader: load,
      },
    )
    return verified ? undefined : faultOf(error)
  } catch (error) {
    return faultOf(error)
  }
}

const controllerId = 'urn:waymark:issuer'
const suite2020 = 'https://w3id.org/security/suites/ed25519-2020/v1'
const multikey = 'https://w3id.org/security/multikey/v1'

function faultOf(error: unknown): ProofFault {
  const all = [
    error,
    ...((error as { errors?: readonly unknown[] } | undefined)?.errors ?? []),
  ].flat()
  const isContext = all.some(
    (one) =>
      one instanceof UnknownContext ||
      (one as { name?: string } | null)?.name?.startsWith('jsonld.'),
  )
  return isContext ? 'context' : 'bad-signature'
}
