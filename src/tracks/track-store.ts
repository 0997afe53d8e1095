import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { newId } from '../ids.js'
import { keptWhile } from './kept-while.js'
import { offeredVersions, type Step, type StepGroup, type Track } from './track.js'

type Row = Track & { readonly _id: string }

const part = <T>(definition: mongoose.SchemaDefinition<T>) =>
  new mongoose.Schema<T>(definition, { _id: false, strict: 'throw' })

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    slug: text,
    version: text,
    order: { type: Number, required: true },
    title: text,
    summary: text,
    topic: text,
    provider: text,
    status: { ...text, enum: ['published', 'draft', 'list-not-found'] },
    occupation: String,
    hours: Number,
    steps: [
      part<Step>({
        id: text,
        title: text,
        provider: text,
        courseSlug: text,
        courseUrl: String,
        providerBadges: [String],
        group: String,
        after: [String],
        minutes: Number,
      }),
    ],
    groups: [part<StepGroup>({ id: text, title: text, choose: { type: Number, required: true } })],
    note: String,
    source: String,
  },
  { collection: 'tracks', strict: 'throw', versionKey: false },
)
schema.index({ slug: 1, version: 1 }, { unique: true })
schema.index({ slug: 1, order: -1 }, { unique: true })

const Tracks = mongoose.model('Track', schema)

const withoutId = { _id: 0 } as const

/** Versions are only ever added, so their number and the newest id tell whether there are new ones. */
const everyVersion = keptWhile(
  async () => {
    const [count, newest] = await Promise.all([
      Tracks.estimatedDocumentCount(),
      Tracks.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean<{ _id: string }>(),
    ])
    return `${count} ${newest?._id ?? ''}`
  },
  () => Tracks.find({}, withoutId).sort({ slug: 1, order: -1 }).lean<Track[]>(),
)

/** Every version of every track (or of one), newest first within a track; there are some dozens. */
export async function findTrackVersions(slug?: string): Promise<Track[]> {
  const versions = await everyVersion()
  return versions.filter((track) => slug === undefined || track.slug === slug)
}

/** The offered version of every track, and the tracks whose course list is not known; drafts are left out. */
export async function findTracks(): Promise<Track[]> {
  return offeredVersions(await findTrackVersions())
}

/** One version of a track; without a version, the one that is offered now. */
export async function findTrack(slug: string, version?: string): Promise<Track | undefined> {
  const versions = await findTrackVersions(slug)
  return version === undefined
    ? offeredVersions(versions)[0]
    : versions.find((track) => track.version === version)
}

/** Adds a version; false when the track has that version, or its place in the order, already. Versions never change. */
export async function saveTrackVersion(track: Track): Promise<boolean> {
  try {
    await Tracks.insertMany([{ _id: newId(), ...track }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Adds versions in one write, for seeds; those that are there already stay as they are. */
export async function saveTrackVersions(tracks: readonly Track[]): Promise<void> {
  try {
    await Tracks.insertMany(
      tracks.map((track) => ({ _id: newId(), ...track })),
      { ordered: false, throwOnValidationError: true },
    )
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}
