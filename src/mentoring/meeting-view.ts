import type { Words } from '../http/words.js'
import type { Meeting } from './meeting.js'

/** Rows of meetings the reader may read; cut them with readableBy before. */
export const meetingRows = (meetings: readonly Meeting[], words: Words) =>
  meetings.map((meeting) => ({
    cells: [
      { date: meeting.on, text: words.day(meeting.on) },
      meeting.mentorName,
      words.t('mentoring:meeting.minutes', { count: meeting.minutes }),
      words.t(`mentoring:topic.${meeting.topic}`),
      meeting.note ?? null,
    ],
  }))

/** Who else may read an entry, in words. */
export const readersText = (meeting: Meeting, { t }: Words): string =>
  meeting.readers.length === 0
    ? t('mentoring:reader.me')
    : meeting.readers.map((reader) => t(`mentoring:reader.${reader}`)).join(', ')
