import type { Actor } from '../access/actor.js'
import { discloseTo } from '../learners/disclose-to.js'
import type { Channel } from '../learners/disclosure.js'

/** What learners asked a college for, as it stands on its lists. */
interface Request {
  readonly collegeId: string
  readonly learnerId: string
}

/** Notes in each learner's chain that a college saw their request on a list; call it before the list leaves. */
export async function discloseRequests(
  actor: Actor,
  kind: 'claim' | 'application',
  requests: readonly Request[],
  channel: Channel,
  now: Date,
): Promise<void> {
  for (const organizationId of new Set(requests.map(({ collegeId }) => collegeId)))
    await discloseTo({
      actor,
      organizationId,
      learnerIds: requests
        .filter(({ collegeId }) => collegeId === organizationId)
        .map(({ learnerId }) => learnerId),
      records: [kind],
      basis: 'request',
      purpose: 'credit',
      channel,
      now,
    })
}
