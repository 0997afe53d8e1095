import { announce, type Announcement } from '../deliveries/announcement.js'
import type { AnnouncedKind } from '../deliveries/event-kinds.js'
import type { Claim, ClaimEvent, ClaimEventKind } from './claim.js'

const kinds: Readonly<Record<ClaimEventKind, AnnouncedKind>> = {
  filed: 'claim.filed',
  answered: 'claim.answered',
  appealed: 'claim.appealed',
  withdrawn: 'claim.withdrawn',
  'appeal-withdrawn': 'claim.withdrawn',
  revoked: 'claim.decided',
  grant: 'claim.decided',
  part: 'claim.decided',
  refuse: 'claim.decided',
  more: 'claim.decided',
  'consent-ended': 'claim.consent-ended',
  'consent-given': 'claim.consent-given',
}

/** What the college's own system is told of a line of the claim's story; `revision` is the claim's with that line. */
export const claimNews = (
  { id: claim, collegeId }: Pick<Claim, 'id' | 'collegeId'>,
  { kind, at }: Pick<ClaimEvent, 'kind' | 'at'>,
  { id, revision }: { readonly id: string; readonly revision: number },
): Announcement =>
  announce(kinds[kind], collegeId, { id, at, sequence: revision, about: { claim } })
