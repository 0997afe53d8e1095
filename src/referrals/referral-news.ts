import { announce, type Announcement } from '../deliveries/announcement.js'
import type { AnnouncedKind } from '../deliveries/event-kinds.js'
import type { EventKind, Referral, ReferralEvent } from './referral.js'

/** Lines that are no news to a center's own system: what its own people looked at, and what we did about it ourselves. */
const quiet: readonly EventKind[] = ['packet-opened', 'reminded', 'offered', 'forward-prepared']

function kindOf({ kind, state }: Pick<ReferralEvent, 'kind' | 'state'>): AnnouncedKind {
  if (kind === 'state' && state === 'requested') return 'referral.requested'
  const isOver = state === 'cancelled' || state === 'entered-in-error'
  return isOver && (kind === 'state' || kind === 'forwarded')
    ? 'referral.cancelled'
    : 'referral.changed'
}

/**
 * What the center's own system is told of a line of the timeline: nothing of a draft, and nothing of our own doings. The
 * sequence is the moment of the line in milliseconds.
 */
export function referralNews(
  { id: referral, centerId }: Pick<Referral, 'id' | 'centerId'>,
  event: ReferralEvent,
  wasDraft = false,
): Announcement[] {
  if (event.state === 'draft' || quiet.includes(event.kind)) return []
  if (wasDraft && event.state !== 'requested') return []
  const rest = { id: event.id, at: event.at, sequence: event.at.getTime(), about: { referral } }
  return [announce(kindOf(event), centerId, rest)]
}
