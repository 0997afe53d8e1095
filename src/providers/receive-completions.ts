import type { Organization } from '../access/organization.js'
import { findOrganizationBySlug } from '../access/organization-store.js'
import { findByAddress } from '../learners/find-by-address.js'
import type { Ports } from '../ports.js'
import { invalid, notFound, Problem, refused } from '../problems.js'
import type { Completion } from './completion.js'
import { findCourses } from './find-courses.js'
import type { Import } from './import.js'
import { mayConfirm } from './provider-staff.js'
import { recordCompletions } from './record-completions.js'
import { unseal } from '../seal.js'
import { readWebhook } from './webhook-input.js'
import { isSignedWith, isTimely, signatureOf, type SignedCall } from './webhook-signature.js'
import { findWebhookSecret, useSignature } from './webhook-store.js'

/**
 * Takes what a provider's own system sends. Throws a Problem: not-found for an unknown provider, not-signed-in for a wrong
 * or late signature, refused for one that was used before, invalid for a body in which anything is wrong; then nothing is
 * recorded.
 */
export async function receiveCompletions(
  slug: string,
  call: SignedCall,
  ports: Pick<Ports, 'now'>,
  sealSecret: string,
): Promise<Import> {
  const now = ports.now()
  const organization = await findOrganizationBySlug(slug)
  if (!organization || !mayConfirm(organization))
    throw notFound('providers:problem.unknownProvider')
  const signature = await checkSignature(organization, call, now, sealSecret)
  if (!(await useSignature(organization.id, signature, now))) {
    throw refused('providers:webhook.replayed')
  }
  const courses = await findCourses(organization.slug)
  const completions = readWebhook(call.body, { provider: organization.slug, courses, now })
  await refuseUnknown(organization, completions)
  return recordCompletions(
    completions,
    { organization, source: 'webhook', startedBy: 'webhook' },
    ports,
  )
}

const unsigned = (message: string) => new Problem('not-signed-in', message)

async function checkSignature(
  organization: Organization,
  call: SignedCall,
  now: Date,
  sealSecret: string,
): Promise<string> {
  const kept = await findWebhookSecret(organization.id)
  const secret = kept && unseal(kept.sealed, sealSecret, 'webhook secrets')
  if (secret === undefined) throw unsigned('providers:webhook.noSecret')
  if (!isTimely(call.timestamp, now)) throw unsigned('providers:webhook.wrongTime')
  if (!isSignedWith(secret, call)) throw unsigned('providers:webhook.wrongSignature')
  return signatureOf(secret, call.timestamp, call.body)
}

async function refuseUnknown({ communityId }: Organization, completions: readonly Completion[]) {
  const emails = completions.map(({ email }) => email)
  const learners = await findByAddress(communityId, emails)
  const errors = emails.flatMap((email, index) =>
    learners.has(email)
      ? []
      : [{ field: `completions[${index}].email`, message: 'providers:refusal.unknownEmail' }],
  )
  if (errors.length > 0) throw invalid(errors.slice(0, 100))
}
