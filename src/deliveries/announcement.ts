import type { AnnouncedKind, EventKind } from './event-kinds.js'

/**
 * Something another organization's system is to be told, announced inside the record it is about, so that record and
 * announcement are written together; a job makes deliveries of it. It holds ids only: the receiver asks the API for the
 * rest, which answers as the learner's consent allows at that moment.
 */
export interface Announcement {
  /** The event's id: the same however often it is sent. */
  readonly id: string
  readonly kind: EventKind
  /** Who is told, on each endpoint that has chosen this kind. */
  readonly organizationId: string
  readonly at: Date
  /** Grows with every event about the same record: a receiver that knows a higher one has newer news. */
  readonly sequence: number
  /** The ids of what it is about: `{ claim: '…' }`. */
  readonly about: Readonly<Record<string, string>>
}

/** The announcement of `kind` to one organization; `id` must be new. */
export const announce = (
  kind: AnnouncedKind,
  organizationId: string,
  rest: Pick<Announcement, 'id' | 'at' | 'sequence' | 'about'>,
): Announcement => ({ kind, organizationId, ...rest })

/** Records of one kind that carry announcements; every store with them exports one (see announcementsIn). */
export interface AnnouncementSource {
  /** Records with announcements, at most `limit`. */
  waiting(
    limit: number,
  ): Promise<readonly { readonly recordId: string; readonly entries: readonly Announcement[] }[]>
  /** Takes announcements out of a record once they are deliveries. */
  relayed(recordId: string, entryIds: readonly string[]): Promise<void>
}
