import { z } from 'zod'
import { manyOf } from '../http/parse.js'
import type { Step, StepGroup } from './track.js'

const cell = (most: number) => manyOf(z.string().trim().max(most))
const wholeNumber = z
  .string()
  .trim()
  .regex(/^\d{0,5}$/, { message: 'tracks:error.wholeNumber' })
  .transform((text) => (text === '' ? undefined : Number(text)))
const slug = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,99}$/, { message: 'tracks:error.slug' })

const columns = {
  stepPlace: cell(5),
  stepId: cell(100),
  stepTitle: cell(200),
  stepBadges: cell(1000),
  stepGroup: cell(100),
  stepAfter: cell(1000),
  stepMinutes: cell(5),
  groupId: cell(100),
  groupTitle: cell(200),
  groupChoose: cell(3),
}

/** The rows of the form alone, to show them again when something else is wrong. */
export const trackFormRows = z.object({ provider: z.string().default(''), ...columns })
type Rows = z.output<typeof trackFormRows>

/** The form on which a manager writes a version of a track; rows of steps and groups come as columns of equal length. */
export const trackForm = z.strictObject({
  slug: slug.optional(),
  version: z.string().trim().min(1).max(40),
  title: z.string().trim().min(1).max(200),
  summary: z.string().trim().min(1).max(1000),
  topic: z.string().trim().min(1).max(200),
  provider: slug,
  occupation: z
    .string()
    .trim()
    .regex(/^(\d{2}-\d{4})?$/, { message: 'tracks:error.occupation' }),
  hours: wholeNumber,
  note: z.string().trim().max(2000),
  ...columns,
})
export type TrackForm = z.output<typeof trackForm>

const words = (text = '') => text.split(/[\s,;]+/).filter(Boolean)
const number = (text: string | undefined) => (text && /^\d+$/.test(text) ? Number(text) : undefined)

/** The steps of the form, in the order of their places; rows without id and title are left out. */
export function stepsOfForm(form: Rows, known: readonly Step[]): Step[] {
  const rows = form.stepTitle.map((title, at) => ({
    title,
    at,
    id: form.stepId[at] ?? '',
    place: number(form.stepPlace[at]) ?? at + 1,
  }))
  return rows
    .filter(({ id, title }) => id !== '' || title !== '')
    .sort((a, b) => a.place - b.place || a.at - b.at)
    .map(({ title, at, id }) => {
      const before = known.find((step) => step.id === id)
      const minutes = number(form.stepMinutes[at])
      const group = form.stepGroup[at]
      return {
        id,
        title,
        provider: form.provider,
        courseSlug: before?.courseSlug ?? id,
        ...(before?.courseUrl !== undefined && { courseUrl: before.courseUrl }),
        providerBadges: words(form.stepBadges[at]),
        ...(group && { group }),
        after: words(form.stepAfter[at]),
        ...(minutes && { minutes }),
      }
    })
}

/** The choose-n groups of the form; rows without an id are left out. */
export const groupsOfForm = (
  form: Pick<Rows, 'groupId' | 'groupTitle' | 'groupChoose'>,
): StepGroup[] =>
  form.groupId
    .map((id, at) => ({
      id,
      title: form.groupTitle[at] ?? '',
      choose: number(form.groupChoose[at]) ?? 0,
    }))
    .filter(({ id }) => id !== '')
