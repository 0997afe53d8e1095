import type { Actor } from '../access/actor.js'
import { newId } from '../ids.js'
import type { Signing } from '../learners/sign-consent.js'
import type { Ports } from '../ports.js'
import { notAllowed, refused } from '../problems.js'
import { mailsToCenter } from './announce.js'
import { ensureConsent, recordsFor } from './ask-with-consent.js'
import { readAskedCenter } from './read-asked-center.js'
import { readReferral } from './read-referral.js'
import type { DetailsForm } from './referral-input.js'
import { isOpen, type Referral, type ReferralEvent } from './referral.js'
import { saveStated } from './referral-store.js'
import { sendDraft } from './send-draft.js'

/**
 * The learner says of themselves what a center would ask: of a draft, which is then sent, or of an open referral, whose
 * center is told. Signs the consent on the way where none is live. Throws not-allowed to anybody but the learner, refused
 * for a settled one.
 */
export async function completeReferral(
  actor: Actor,
  id: string,
  { message, stated, ...given }: DetailsForm,
  signing: Signing,
  ports: Ports,
): Promise<Referral> {
  const { referral } = await readReferral(actor, id, ports.now())
  if (actor.learnerId !== referral.learnerId) throw notAllowed('referrals:problem.learnerCompletes')
  if (!isOpen(referral.state)) throw refused('referrals:problem.settled')
  // Before anything is signed: a consent to a center that takes nobody would stand for nothing.
  if (referral.state === 'draft') await readAskedCenter(referral.centerId, ports.now())
  const told = { ...(message !== undefined && { message }), ...(stated && { stated }) }
  await ensureConsent(actor, referral.centerId, recordsFor(stated), given, signing, ports)
  if (referral.state === 'draft') return sendDraft(actor, referral, told, ports)
  const event: ReferralEvent = {
    id: newId(),
    at: ports.now(),
    side: 'sender',
    by: actor.name,
    byAccountId: actor.accountId,
    kind: 'facts-changed',
    state: referral.state,
  }
  const mails = await mailsToCenter(referral, 'referralChanged')
  if (!(await saveStated(referral, referral.state, told, event, mails)))
    throw refused('referrals:problem.quicker')
  const { message: _message, stated: _stated, ...rest } = referral
  return { ...rest, ...told }
}
