import mongoose from 'mongoose'
import { noteKinds, noteReaders, type Note, type NoteReader } from './case.js'

type Row = Omit<Note, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    communityId: text,
    centerId: text,
    learnerId: text,
    kind: { ...text, enum: noteKinds },
    text,
    readers: { ...text, enum: noteReaders },
    byAccountId: text,
    byName: text,
    at: { type: Date, required: true },
  },
  { collection: 'case-notes', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1, centerId: 1, at: -1 })
schema.index({ learnerId: 1, readers: 1, at: -1 })

const Notes = mongoose.model('CaseNote', schema)

const toNote = ({ _id, ...rest }: Row): Note => ({ id: _id, ...rest })

/** Keeps notes; one write for many learners. */
export async function insertNotes(notes: readonly Note[]): Promise<void> {
  await Notes.insertMany(
    notes.map(({ id, ...rest }) => ({ _id: id, ...rest })),
    { lean: true, throwOnValidationError: true },
  )
}

/** The last notes about a learner at one center that a member of its staff may read, newest first. */
export async function notesAt(
  learnerId: string,
  centerId: string,
  readerId: string,
  limit = 100,
): Promise<Note[]> {
  const isReadable = { $or: [{ readers: { $ne: 'author' as const } }, { byAccountId: readerId }] }
  const rows = await Notes.find({ learnerId, centerId, ...isReadable })
    .sort({ at: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toNote)
}

/** The last hundred notes about a learner at any center, newest first; only those for some readers, when they are named. */
export async function notesAbout(learnerId: string, readers?: NoteReader): Promise<Note[]> {
  const rows = await Notes.find({ learnerId, ...(readers && { readers }) })
    .sort({ at: -1 })
    .limit(100)
    .lean<Row[]>()
  return rows.map(toNote)
}
