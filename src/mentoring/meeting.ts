import type { Day } from '../calendar.js'
import type { WithinPairing } from './pairing.js'

/** Who may read a meeting besides the mentor who logged it. None: only the mentor. */
export const noteReaders = ['learner', 'staff'] as const
export type NoteReader = (typeof noteReaders)[number]

export const meetingTopics = [
  'next-step',
  'stuck',
  'practice',
  'portfolio',
  'job-search',
  'wellbeing',
  'other',
] as const
export type MeetingTopic = (typeof meetingTopics)[number]

/** One talk of a mentor with a learner. The readers are chosen when it is logged and cover the whole entry. */
export interface Meeting extends WithinPairing {
  readonly id: string
  readonly on: Day
  readonly minutes: number
  readonly topic: MeetingTopic
  readonly note?: string
  readonly readers: readonly NoteReader[]
  readonly loggedAt: Date
  readonly demonstration: boolean
}

/** The meetings someone may read: the mentor their own, the learner and staff those that name them. */
export const readableBy = (
  meetings: readonly Meeting[],
  reader: NoteReader | { readonly mentorAccountId: string },
): Meeting[] =>
  meetings.filter((meeting) =>
    typeof reader === 'string'
      ? meeting.readers.includes(reader)
      : meeting.mentorAccountId === reader.mentorAccountId,
  )
