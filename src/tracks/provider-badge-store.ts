import mongoose from 'mongoose'
import type { ProviderBadge } from './provider-badge.js'

type Row = ProviderBadge & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    provider: text,
    id: text,
    name: text,
    courseSlug: String,
    courseTitle: String,
    url: String,
  },
  { collection: 'provider-badges', strict: 'throw', versionKey: false, id: false },
)

const ProviderBadges = mongoose.model('ProviderBadge', schema)

const keyOf = (provider: string, id: string) => `${provider}|${id}`

/** The known badges of a provider with these ids, by id; unknown ones are left out. */
export async function findProviderBadges(
  provider: string,
  ids: readonly string[],
): Promise<Map<string, ProviderBadge>> {
  const keys = [...new Set(ids)].map((id) => keyOf(provider, id))
  const rows = await ProviderBadges.find({ _id: { $in: keys } }, { _id: 0 }).lean<ProviderBadge[]>()
  return new Map(rows.map((badge) => [badge.id, badge]))
}

/** Writes provider badges as given, new or known. */
export async function saveProviderBadges(badges: readonly ProviderBadge[]): Promise<void> {
  if (badges.length === 0) return
  await ProviderBadges.bulkWrite(
    badges.map((badge) => ({
      replaceOne: {
        filter: { _id: keyOf(badge.provider, badge.id) },
        replacement: { _id: keyOf(badge.provider, badge.id), ...badge },
        upsert: true,
      },
    })),
    { ordered: false, throwOnValidationError: true },
  )
}
