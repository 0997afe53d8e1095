import { notFound } from '../problems.js'
import { instantText, profileOf, credentialContexts } from './document.js'
import { signEmbedded } from './embedded-proof.js'
import { findIssuer } from './issuer-store.js'
import { ownerOf } from './issuer.js'
import type { SigningWorld } from './open-issuer.js'
import { openKeys } from './open-keys.js'
import { issuerName } from './issuer-name.js'
import { ownPurpose } from './read-status.js'
import {
  findListBits,
  findStatusList,
  saveSignedList,
  type SignedList,
  type StatusList,
} from './status-list-store.js'
import { encodeList } from './status-list.js'

const hour = 3_600_000
const validFor = 24 * hour
/** A list is signed anew this long before it ends. */
export const renewBefore = 6 * hour

/** The signed form while it has every change in it and doesn't end soon. */
const freshForm = ({ signed, revision }: StatusList, now: Date): SignedList | undefined =>
  signed?.revision === revision && signed.validUntil.getTime() - now.getTime() > renewBefore
    ? signed
    : undefined

/**
 * A status list as it is served: a signed BitstringStatusListCredential with every change so far, good for at least six
 * hours. Signed anew only after a change or when it ends soon. Throws not-found for an unknown list.
 */
export async function readStatusList(id: string, world: SigningWorld): Promise<SignedList> {
  for (;;) {
    const list = await findStatusList(id)
    if (!list) throw notFound()
    const fresh = freshForm(list, world.ports.now())
    if (fresh) return fresh
    const signed = await signList(id, world)
    if (await saveSignedList(id, signed)) return signed
  }
}

async function signList(id: string, world: SigningWorld): Promise<SignedList> {
  const list = await findListBits({ id })
  const issuer = list && (await findIssuer(list.issuerId))
  if (!issuer) throw notFound()
  const signedAt = world.ports.now()
  const validUntil = new Date(signedAt.getTime() + validFor)
  const unsigned = {
    '@context': credentialContexts.slice(0, 2),
    id: list.url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: profileOf({
      id: issuer.id,
      name: await issuerName(ownerOf(issuer)),
      url: `${world.config.baseUrl}/`,
    }),
    validFrom: instantText(signedAt),
    validUntil: instantText(validUntil),
    credentialSubject: {
      id: `${list.url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: ownPurpose,
      encodedList: encodeList(list.bits),
    },
  }
  const { Ed25519 } = await openKeys(issuer, world)
  const text = JSON.stringify(await signEmbedded(unsigned, Ed25519, signedAt))
  return { text, revision: list.revision, signedAt, validUntil }
}
