import { findPrograms } from '../communities/program-store.js'
import { notFound } from '../problems.js'
import { findIssuerByPath } from './issuer-store.js'
import { didDocument } from './issuer.js'
import { openIssuer, type SigningWorld } from './open-issuer.js'
import { openKeys } from './open-keys.js'
import { publishedJwk } from './published-key.js'
import { findPublishedKey, publishedKeys, publishedKeysOf } from './signing-key-store.js'

/** Before anything was signed: makes the issuer of the first program, so that the host's own documents are never empty. */
async function openFirst(world: SigningWorld): Promise<void> {
  const [program] = await findPrograms()
  if (!program) throw notFound()
  await openKeys(await openIssuer({ communityId: program.communityId }, world), world)
}

/** The DID document of the issuer at this path below /issuers; '' is the host's own. Throws not-found for an unknown one. */
export async function readDidDocument(path: string, world: SigningWorld) {
  if (path === '' && !(await findIssuerByPath(''))) await openFirst(world)
  const issuer = await findIssuerByPath(path)
  if (!issuer) throw notFound()
  return didDocument(issuer, await publishedKeysOf(issuer.id))
}

/** Every key of every issuer, retired ones too: what was signed once must stay checkable. */
export async function readJwks(world: SigningWorld) {
  const keys = await publishedKeys()
  if (keys.length > 0) return { keys: keys.map(publishedJwk) }
  await openFirst(world)
  return { keys: (await publishedKeys()).map(publishedJwk) }
}

/** One key by its thumbprint. Throws not-found for an unknown one. */
export async function readJwk(id: string) {
  const key = await findPublishedKey(id)
  if (!key) throw notFound()
  return publishedJwk(key)
}
