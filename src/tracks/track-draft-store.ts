import mongoose from 'mongoose'
import type { Track } from './track.js'

/** A version that is being written: one for each track, seen by managers only. */
export interface TrackDraft {
  readonly slug: string
  readonly track: Track
  readonly savedBy: string
  readonly savedAt: Date
}

type Row = Omit<TrackDraft, 'slug'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    track: { type: mongoose.Schema.Types.Mixed, required: true },
    savedBy: text,
    savedAt: { type: Date, required: true },
  },
  { collection: 'track-drafts', strict: 'throw', versionKey: false },
)

const Drafts = mongoose.model('TrackDraft', schema)

const toDraft = ({ _id, ...rest }: Row): TrackDraft => ({ slug: _id, ...rest })

/** The draft of a track. */
export async function findTrackDraft(slug: string): Promise<TrackDraft | undefined> {
  const row = await Drafts.findById(slug).lean<Row>()
  return row ? toDraft(row) : undefined
}

/** All drafts, by slug. */
export async function findTrackDrafts(): Promise<TrackDraft[]> {
  const rows = await Drafts.find().sort({ _id: 1 }).limit(500).lean<Row[]>()
  return rows.map(toDraft)
}

/** Keeps the draft, in place of an earlier one of that track. */
export async function saveTrackDraft({ slug, ...rest }: TrackDraft): Promise<void> {
  await Drafts.replaceOne({ _id: slug }, { _id: slug, ...rest }, { upsert: true })
}

/** Drops the draft saved at that moment; one saved since stays. False when there was none. */
export async function dropTrackDraft(slug: string, savedAt: Date): Promise<boolean> {
  const done = await Drafts.deleteOne({ _id: slug, savedAt })
  return done.deletedCount === 1
}
