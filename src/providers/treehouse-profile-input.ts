import { z } from 'zod'
import { isDay } from '../calendar.js'
import { read } from '../http/parse.js'
import { invalid } from '../problems.js'
import { canBeEarnedOn, type ReportedFact } from './evidence.js'
import { plainJson } from './plain-json.js'

/**
 * The public profile of a learner at Treehouse (`/USERNAME.json`), as replies of 2014 to 2016 have it: keys we do not use
 * may be anything; what we use must be right. Badges are known by `id` alone: names repeat. `courses` is empty for the
 * sign-up badge; else the stage is its last entry and the course the one before it, after an optional category.
 */
export interface TreehouseProfile {
  readonly profileName: string
  readonly displayName: string
  readonly gravatarHash?: string
  readonly facts: readonly ReportedFact[]
}

export const maxBadges = 2_000
const maxShownErrors = 50

const plainText = (max: number, error: string) =>
  z
    .string({ error })
    .max(max, { error: 'providers:profile.tooLong' })
    .transform((raw) => raw.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trim())
    .refine((trimmed) => trimmed !== '', { error })

const instant = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/

const schemaAt = (now: Date) =>
  z.object(
    {
      name: z.string({ error: 'providers:profile.name' }).optional(),
      profile_name: plainText(100, 'providers:profile.profileName').refine(
        (name) => /^[\w.@+-]+$/.test(name),
        { error: 'providers:profile.profileName' },
      ),
      gravatar_hash: z.unknown().optional(),
      badges: z
        .array(badgeSchema(now), { error: 'providers:profile.badges' })
        .max(maxBadges, { error: 'providers:profile.tooManyBadges' })
        .default([]),
    },
    { error: 'providers:profile.shape' },
  )

const badgeSchema = (now: Date) =>
  z.object(
    {
      id: z
        .int({ error: 'providers:profile.badgeId' })
        .min(1, { error: 'providers:profile.badgeId' })
        .max(2 ** 31 - 1, { error: 'providers:profile.badgeId' }),
      name: plainText(300, 'providers:profile.badgeName'),
      url: z.string({ error: 'providers:profile.url' }).max(2_000).optional(),
      earned_date: z
        .string({ error: 'providers:profile.date' })
        .refine((text) => isDay(instant.exec(text)?.[1] ?? ''), {
          error: 'providers:profile.date',
          abort: true,
        })
        .refine(
          (text) => Date.parse(text) <= now.getTime() && canBeEarnedOn(text.slice(0, 10), now),
          {
            error: 'providers:profile.dateOutOfRange',
          },
        ),
      courses: z
        .array(courseSchema, { error: 'providers:profile.courses' })
        .max(20, { error: 'providers:profile.courses' })
        .nullish(),
    },
    { error: 'providers:profile.badge' },
  )

const courseSchema = z.object(
  {
    title: plainText(300, 'providers:profile.courseTitle'),
    url: z
      .string({ error: 'providers:profile.url' })
      .max(2_000, { error: 'providers:profile.url' }),
  },
  { error: 'providers:profile.courses' },
)

type RawBadge = z.output<ReturnType<typeof badgeSchema>>

const pageAtTreehouse = (raw: string): URL | undefined => {
  const url = URL.canParse(raw) ? new URL(raw) : undefined
  return /^(www\.)?teamtreehouse\.com$/.test(url?.hostname ?? '') ? url : undefined
}

const slugOf = (raw: string): string | undefined =>
  /^\/library\/([\w-]{1,120})/.exec(pageAtTreehouse(raw)?.pathname ?? '')?.[1]?.toLowerCase()

const toFact = (badge: RawBadge): ReportedFact => {
  const entries = badge.courses ?? []
  const course = entries.at(-2) ?? entries.at(-1)
  const courseSlug = course && slugOf(course.url)
  const page = pageAtTreehouse(badge.url ?? '')
  return {
    provider: 'treehouse',
    kind: 'provider-badge',
    item: String(badge.id),
    title: badge.name,
    earnedOn: badge.earned_date.slice(0, 10),
    ...(course ? { courseTitle: course.title } : {}),
    ...(courseSlug === undefined ? {} : { courseSlug }),
    ...(page ? { url: `https://teamtreehouse.com${page.pathname}` } : {}),
  }
}

const refuseDuplicates = (badges: readonly RawBadge[]) => {
  const seen = new Set<number>()
  const errors = badges.flatMap(({ id }, index) => {
    const isNew = !seen.has(id)
    seen.add(id)
    const field = `badges[${index}].id`
    return isNew ? [] : [{ field, message: 'providers:profile.duplicateBadge' }]
  })
  if (errors.length > 0) throw invalid(errors.slice(0, maxShownErrors))
}

const tooManyBadges = (document: unknown) => {
  const badges: unknown = (document as { badges?: unknown } | null)?.badges
  return Array.isArray(badges) && badges.length > maxBadges
}

/**
 * Reads a profile document. Throws a Problem that names each wrong place, such as `badges[3].earned_date`. A day is the
 * one the provider states (its clock is UTC). A web address is kept only when it leads to the provider.
 */
export function readTreehouseProfile(raw: unknown, now: Date): TreehouseProfile {
  if (tooManyBadges(raw)) {
    throw invalid([{ field: 'badges', message: 'providers:profile.tooManyBadges' }])
  }
  const found = read(schemaAt(now), plainJson(raw))
  if (found.errors) {
    const errors = found.errors.map((error) => ({ ...error, field: error.field || 'document' }))
    throw invalid(errors.slice(0, maxShownErrors))
  }
  const { profile_name, name, gravatar_hash, badges } = found.data
  refuseDuplicates(badges)
  return {
    profileName: profile_name.toLowerCase(),
    displayName: (name ?? '').trim().slice(0, 200),
    ...(typeof gravatar_hash === 'string' && /^[0-9a-f]{32}$/i.test(gravatar_hash)
      ? { gravatarHash: gravatar_hash.toLowerCase() }
      : {}),
    facts: badges.map(toFact),
  }
}
