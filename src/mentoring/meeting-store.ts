import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { meetingTopics, noteReaders, type Meeting } from './meeting.js'

type Row = Omit<Meeting, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    pairingId: text,
    communityId: text,
    learnerId: text,
    mentorAccountId: text,
    mentorName: text,
    on: text,
    minutes: { type: Number, required: true, min: 1, max: 600 },
    topic: { ...text, enum: meetingTopics },
    note: String,
    readers: [{ type: String, enum: noteReaders }],
    loggedAt: { type: Date, required: true },
    demonstration: { type: Boolean, required: true },
  },
  { collection: 'meetings', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, on: -1, _id: -1 })
schema.index({ pairingId: 1, on: 1, topic: 1, minutes: 1 }, { unique: true })

const Meetings = mongoose.model<Row>('Meeting', schema)

const toMeeting = ({ _id, ...rest }: Row): Meeting => ({ id: _id, ...rest })

/** Keeps a meeting. False when the same one (day, topic, minutes) is logged already: the form was sent twice. */
export async function insertMeeting(meeting: Meeting): Promise<boolean> {
  const { id, readers, ...facts } = meeting
  try {
    await Meetings.create({ _id: id, ...facts, readers: [...readers] })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** For seeds: many at once; known ids are left as they are. */
export async function insertMeetings(meetings: readonly Meeting[]): Promise<void> {
  if (meetings.length === 0) return
  await Meetings.bulkWrite(
    meetings.map(({ id, ...facts }) => ({
      updateOne: { filter: { _id: id }, update: { $setOnInsert: facts }, upsert: true },
    })),
  )
}

/** The last meetings about one learner, newest first, whoever held them; cut by readableBy before anyone sees them. */
export async function meetingsOf(learnerId: string, limit = 100): Promise<Meeting[]> {
  const rows = await Meetings.find({ learnerId })
    .sort({ on: -1, _id: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toMeeting)
}
