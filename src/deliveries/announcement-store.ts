import mongoose from 'mongoose'
import type { Announcement, AnnouncementSource } from './announcement.js'
import { allEventKinds } from './event-kinds.js'

const text = { type: String, required: true } as const

/** The schema of one announcement, for the stores of records that keep them in `announcements`. */
export const announcementSchema = new mongoose.Schema<Announcement>(
  {
    id: text,
    kind: { ...text, enum: allEventKinds },
    organizationId: text,
    at: { type: Date, required: true },
    sequence: { type: Number, required: true },
    about: { type: mongoose.Schema.Types.Mixed, required: true },
  },
  { _id: false, strict: 'throw' },
)

/** The index every collection with announcements needs: only records with something to announce are in it. */
export const announcementIndex: [Record<string, 1>, mongoose.IndexOptions] = [
  { 'announcements.id': 1 },
  { partialFilterExpression: { 'announcements.id': { $exists: true } } },
]

interface WithAnnouncements {
  readonly _id: string
  readonly announcements?: readonly Announcement[]
}

/** The announcements of the model of this name, whose records keep them in `announcements`. */
export function announcementsIn(modelName: string): AnnouncementSource {
  const records = () => mongoose.model<WithAnnouncements>(modelName)
  return {
    async waiting(limit) {
      const rows = await records()
        .find({ 'announcements.id': { $exists: true } }, { announcements: 1 })
        .limit(limit)
        .lean<WithAnnouncements[]>()
      return rows.map(({ _id, announcements = [] }) => ({ recordId: _id, entries: announcements }))
    },
    async relayed(recordId, entryIds) {
      await records().updateOne(
        { _id: recordId },
        { $pull: { announcements: { id: { $in: [...entryIds] } } } },
      )
    },
  }
}
