import { z } from 'zod'
import type { Words } from '../http/words.js'
import { enrollmentPrograms, type CoEnrollment } from './co-enrollment.js'

export const enrollmentAnswer = z.object({
  id: z.string(),
  program: z.enum(enrollmentPrograms),
  center: z.object({ id: z.string() }),
  startOn: z.string(),
  endOn: z.string().optional(),
  reportedBy: z.string(),
  reportedAt: z.string(),
})

/** A stay for outside tools. */
export const enrollmentJson = (stay: CoEnrollment): z.output<typeof enrollmentAnswer> => ({
  id: stay.id,
  program: stay.program,
  center: { id: stay.centerId },
  startOn: stay.startOn,
  ...(stay.endOn !== undefined && { endOn: stay.endOn }),
  reportedBy: stay.reportedBy.name,
  reportedAt: stay.reportedAt.toISOString(),
})

/** The stays as rows: program, first and last day, who reported it. */
export const enrollmentRows = (stays: readonly CoEnrollment[], words: Words) =>
  stays.map(({ program, startOn, endOn, reportedBy }) => ({
    cells: [
      words.t(`handoff:enrollment.program.${program}`),
      { date: startOn, text: words.day(startOn) },
      endOn === undefined ? null : { date: endOn, text: words.day(endOn) },
      reportedBy.name,
    ],
  }))

export const enrollmentOptions = ({ t }: Words) =>
  enrollmentPrograms.map((value) => ({ value, label: t(`handoff:enrollment.program.${value}`) }))
