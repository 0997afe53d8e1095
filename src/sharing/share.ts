/**
 * A learner shows some of their credentials to whoever holds the link, until a day they chose. Credentials are private
 * otherwise. A share may be stopped at any moment; what one share no longer shows, another may still show.
 */
import { addDays, type Day } from '../calendar.js'

export interface Share {
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly title: string
  /** Ids of credentials, which are those of their awards. */
  readonly credentialIds: readonly string[]
  readonly expiresOn: Day
  readonly createdAt: Date
  readonly stoppedAt?: Date
}

/** A collection holds at most this many. */
export const mostShared = 100

const usualDays = 180
const mostDays = 730

/** The last day a share made today may run: two years, long enough for a page of one's career. */
export const latestEnd = (today: Day): Day => addDays(today, mostDays)

/** The last day that is proposed. */
export const usualEnd = (today: Day): Day => addDays(today, usualDays)

export type ShareState = 'live' | 'stopped' | 'ended'

/** Live on its last day too. */
export function stateOfShare(
  share: Pick<Share, 'expiresOn' | 'stoppedAt'>,
  today: Day,
): ShareState {
  if (share.stoppedAt !== undefined) return 'stopped'
  return today <= share.expiresOn ? 'live' : 'ended'
}

export const isShareLive = (share: Pick<Share, 'expiresOn' | 'stoppedAt'>, today: Day): boolean =>
  stateOfShare(share, today) === 'live'

/** In which form something was opened. */
export const openedFormats = ['page', 'json', 'jws', 'png', 'svg', 'collection'] as const
export type OpenedFormat = (typeof openedFormats)[number]

/** What was opened through a share, by whom. `who` is an organization's name; none for people who are not signed in. */
export interface Opening {
  readonly shareId: string
  readonly learnerId: string
  readonly credentialId?: string
  readonly who?: string
  readonly format: OpenedFormat
  readonly firstAt: Date
  readonly lastAt: Date
  /** How often within the hour. */
  readonly times: number
}

/** The hour an opening falls in: openings of one kind within it are one line with a count, whoever presses reload. */
export const hourOf = (at: Date): string => at.toISOString().slice(0, 13)

interface Fault {
  readonly field: string
  readonly message: string
  readonly params?: Readonly<Record<string, string | number>>
}

/** What is wrong with a new share; empty when it may be made. `own`: the ids of what the learner can share. */
export function faultsOfShare(
  asked: Pick<Share, 'credentialIds' | 'expiresOn'>,
  own: ReadonlySet<string>,
  today: Day,
): Fault[] {
  const latest = latestEnd(today)
  return [
    ...asked.credentialIds.flatMap((id, at) =>
      own.has(id) ? [] : [{ field: `credentials[${at}]`, message: 'sharing:error.notYours' }],
    ),
    ...(asked.expiresOn < today
      ? [{ field: 'expiresOn', message: 'sharing:error.endPast' }]
      : asked.expiresOn > latest
        ? [{ field: 'expiresOn', message: 'sharing:error.endLate', params: { latest } }]
        : []),
  ]
}
