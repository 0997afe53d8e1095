import { z } from 'zod'
import { listQuery } from '../http/list.js'
import { idText } from '../http/parse.js'

export const importParams = z.strictObject({ id: idText })

/** For which of their providers somebody speaks, where they work for several: in the address of each page. */
const speaker = { organization: idText.optional() }
export const speakerQuery = z.object(speaker)

export const importQuery = z.strictObject({
  source: z.enum(['treehouse-profile', 'roster', 'open-badge']),
  dryRun: z.enum(['true', 'false']).optional(),
  ...speaker,
})

export const importListQuery = z.strictObject({ ...listQuery, ...speaker })

export const pasteInput = z.strictObject({
  text: z.string().min(1, { error: 'providers:paste.empty' }),
})

export const profileNameInput = z.strictObject({
  name: z.string().trim().min(1).max(64),
})

export const ownProfileInput = z.strictObject({ name: z.string().min(1).max(100) })

export const ownProfileQuery = z.strictObject({ name: z.string().max(100).optional() })

export const attestInput = z.strictObject({
  email: z.string().trim().min(1).max(254),
  course: z.string().min(1, { error: 'providers:attest.chooseCourse' }).max(120),
  completedOn: z.string().min(1).max(10),
  score: z.string().trim().max(6).optional(),
})

export const slugParams = z.strictObject({ slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/) })
