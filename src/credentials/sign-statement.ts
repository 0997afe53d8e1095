import { findOrganization } from '../access/organization-store.js'
import { notFound } from '../problems.js'
import type { JsonObject } from './credential.js'
import { signEmbedded } from './embedded-proof.js'
import { issuerName } from './issuer-name.js'
import { findIssuerOf } from './issuer-store.js'
import { ownerText, type Issuer, type IssuerOwner } from './issuer.js'
import { profileOf } from './document.js'
import { signJws } from './jws.js'
import { openIssuer, type SigningWorld } from './open-issuer.js'
import { openKeys } from './open-keys.js'

/** Who signs for a program or organization. */
export interface StatementSigner {
  readonly issuer: Issuer
  readonly name: string
  /** The organization that a program signs for because it has no key of its own. */
  readonly onBehalfOf?: { readonly id: string; readonly name: string }
}

/** The issuer that signs for a program or organization: the program's for an organization without a key. */
export async function signerFor(owner: IssuerOwner, world: SigningWorld): Promise<StatementSigner> {
  if ('communityId' in owner)
    return { issuer: await openIssuer(owner, world), name: await issuerName(owner) }
  const own = await findIssuerOf(ownerText(owner))
  if (own) return { issuer: own, name: await issuerName(owner) }
  const organization = await findOrganization(owner.organizationId)
  if (!organization) throw notFound()
  const { id, name, communityId } = organization
  const program = await signerFor({ communityId }, world)
  return { ...program, onBehalfOf: { id: `urn:uuid:${id}`, name } }
}

/**
 * Claims as an RS256 JWS by the issuer of a program or organization; `iss` is set, `iat` unless given. For an organization
 * without a key the program signs, and the claim `onBehalfOf` {id, name} says for whom.
 */
export async function signStatement(
  owner: IssuerOwner,
  claims: JsonObject,
  world: SigningWorld,
): Promise<string> {
  const { issuer, onBehalfOf } = await signerFor(owner, world)
  const keys = await openKeys(issuer, world)
  const iat = Math.floor(world.ports.now().getTime() / 1000)
  return signJws({ iat, ...claims, iss: issuer.id, ...(onBehalfOf && { onBehalfOf }) }, keys.RSA)
}

/**
 * A document with an embedded proof by the issuer of a program or organization. `issuer` is set to its profile; for an
 * organization without a key the program signs, and its profile's `description` says for whom.
 */
export async function signDocument(
  owner: IssuerOwner,
  unsigned: JsonObject,
  world: SigningWorld,
): Promise<JsonObject> {
  const signer = await signerFor(owner, world)
  const keys = await openKeys(signer.issuer, world)
  const profile = signerProfile(signer, world)
  return signEmbedded({ ...unsigned, issuer: profile }, keys.Ed25519, world.ports.now())
}

/** The profile of who signs; for an organization without a key its `description` says for whom. */
export const signerProfile = (
  { issuer, name, onBehalfOf }: StatementSigner,
  { config }: Pick<SigningWorld, 'config'>,
): JsonObject => ({
  ...profileOf({ id: issuer.id, name, url: `${config.baseUrl}/` }),
  ...(onBehalfOf && {
    description: `Signed for ${onBehalfOf.name}, which has no key of its own.`,
  }),
})
