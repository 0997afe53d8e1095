import mongoose from 'mongoose'
import { isDuplicateKey } from '../duplicate-keys.js'
import { newId } from '../ids.js'
import { evidenceLevels } from '../providers/evidence.js'
import { keptWhile } from '../tracks/kept-while.js'
import type { Badge } from './badge.js'

type Row = Badge & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    slug: text,
    version: { type: Number, required: true },
    name: text,
    description: text,
    kind: { ...text, enum: ['first', 'course', 'milestone', 'other'] },
    criteria: { type: mongoose.Schema.Types.Mixed, required: true },
    lowestLevel: { ...text, enum: evidenceLevels },
    skills: [String],
    track: String,
    status: { ...text, enum: ['published', 'retired'] },
  },
  { collection: 'badges', strict: 'throw', versionKey: false },
)
schema.index({ slug: 1, version: -1 }, { unique: true })

const Badges = mongoose.model('Badge', schema)

const withoutId = { _id: 0 } as const

/** Versions are only ever added, so their number and the newest id tell whether there are new ones. */
const everyVersion = keptWhile(
  async () => {
    const [count, newest] = await Promise.all([
      Badges.estimatedDocumentCount(),
      Badges.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean<{ _id: string }>(),
    ])
    return `${count} ${newest?._id ?? ''}`
  },
  () => Badges.find({}, withoutId).sort({ slug: 1, version: -1 }).lean<Badge[]>(),
)

/** The current version of every badge, retired ones too, by slug. */
export async function findBadges(): Promise<Badge[]> {
  const current = new Map<string, Badge>()
  for (const badge of await everyVersion())
    if (!current.has(badge.slug)) current.set(badge.slug, badge)
  return [...current.values()]
}

/** One version of a badge; without a version, the current one. */
export async function findBadge(slug: string, version?: number): Promise<Badge | undefined> {
  const versions = await findBadgeVersions(slug)
  return version === undefined ? versions[0] : versions.find((one) => one.version === version)
}

/** All versions of a badge, newest first. */
export async function findBadgeVersions(slug: string): Promise<Badge[]> {
  return (await everyVersion()).filter((badge) => badge.slug === slug)
}

/** Adds a version; false when the badge has that version already. Versions never change: awards point to them. */
export async function saveBadgeVersion(badge: Badge): Promise<boolean> {
  try {
    await Badges.insertMany([{ _id: newId(), ...badge }])
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** Adds versions in one write, for seeds; those that are there already stay as they are. */
export async function saveBadgeVersions(badges: readonly Badge[]): Promise<void> {
  try {
    await Badges.insertMany(
      badges.map((badge) => ({ _id: newId(), ...badge })),
      { ordered: false, throwOnValidationError: true },
    )
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}
