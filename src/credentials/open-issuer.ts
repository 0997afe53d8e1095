import { findProgram } from '../communities/program-store.js'
import { notFound } from '../problems.js'
import type { World } from '../world.js'
import { findIssuerOf, insertIssuer } from './issuer-store.js'
import { didFor, ownerText, type Issuer, type IssuerOwner } from './issuer.js'

export type SigningWorld = Pick<World, 'config' | 'secrets' | 'ports'>

/**
 * The issuer of a program or organization, made when there is none. The host's first program gets the host's own DID, every
 * other issuer one below it. Several processes may ask at once: one issuer is made. Throws not-found for a community
 * without a program.
 */
export async function openIssuer(owner: IssuerOwner, world: SigningWorld): Promise<Issuer> {
  const text = ownerText(owner)
  const known = await findIssuerOf(text)
  if (known) return known
  const createdAt = world.ports.now()
  const paths =
    'communityId' in owner ? ['', await programId(owner.communityId)] : [owner.organizationId]
  for (const path of paths) {
    const issuer = { id: didFor(world.config.baseUrl, path), owner: text, path, createdAt }
    if (await insertIssuer(issuer)) return issuer
    const other = await findIssuerOf(text)
    if (other) return other
  }
  throw new Error(`no DID is free for ${text}`)
}

async function programId(communityId: string): Promise<string> {
  const program = await findProgram(communityId)
  if (!program) throw notFound()
  return program.id
}
