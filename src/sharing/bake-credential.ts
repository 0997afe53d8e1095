import { findBadge } from '../badges/badge-store.js'
import { notFound } from '../problems.js'
import type { CredentialForm } from './credential-file.js'
import type { OpenedCredential } from './open-credential.js'
import { bakePng } from '../credentials/png-bake.js'
import { readPicture } from '../drawing/read-picture.js'
import { bakeSvg } from '../credentials/svg-bake.js'

/** An opened credential as a file: the signed JSON or JWS, or the badge's picture with the JSON baked in. */
export async function bakeCredential(
  { award, copy, learner }: OpenedCredential,
  form: Exclude<CredentialForm, 'page'>,
): Promise<Buffer> {
  if (form === 'json') return Buffer.from(copy.embedded)
  if (form === 'jws') return Buffer.from(copy.jws)
  const badge = await findBadge(award.badge, copy.badgeVersion)
  if (!badge) throw notFound()
  const picture = await readPicture(badge, form, learner.communityId)
  return form === 'png'
    ? bakePng(picture, copy.embedded)
    : Buffer.from(bakeSvg(picture.toString('utf8'), copy.embedded))
}
