import { z } from 'zod'
import type { Words } from '../http/words.js'
import { paths, to } from '../http/paths.js'
import { enrollmentPrograms, isStanding, mayReportIn, type CoEnrollment } from './co-enrollment.js'
import type { ReferralState } from './referral.js'

export const enrollmentAnswer = z.object({
  id: z.string(),
  program: z.enum(enrollmentPrograms),
  center: z.object({ id: z.string() }),
  startOn: z.string(),
  endOn: z.string().optional(),
  reportedBy: z.string(),
  reportedAt: z.string(),
  takenBack: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional().meta({
    description: 'Reported by mistake: who said so, when and why. The learner was not in it.',
  }),
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
  ...(stay.takenBack && {
    takenBack: { ...stay.takenBack, at: stay.takenBack.at.toISOString() },
  }),
})

function stateOf({ takenBack }: CoEnrollment, { t, dayOfInstant }: Words) {
  if (!takenBack) return t('handoff:enrollment.stands')
  const { by, at, reason } = takenBack
  return { text: t('handoff:enrollment.takenBack', { by, day: dayOfInstant(at) }), sub: reason }
}

/** The stays as rows: program, first and last day, who reported it, and whether it was taken back. */
export const enrollmentRows = (stays: readonly CoEnrollment[], words: Words) =>
  stays.map((stay) => ({
    cells: [
      words.t(`handoff:enrollment.program.${stay.program}`),
      { date: stay.startOn, text: words.day(stay.startOn) },
      stay.endOn === undefined ? null : { date: stay.endOn, text: words.day(stay.endOn) },
      stay.reportedBy.name,
      stateOf(stay, words),
    ],
  }))

/** The same for the center of a referral, each with the page that takes it back. */
const ownRows = (stays: readonly CoEnrollment[], id: string, words: Words) =>
  enrollmentRows(stays, words).map(({ cells }, at) => {
    const stay = stays[at]
    const takeBack = stay &&
      isStanding(stay) && {
        href: words.href(to(paths.takeBackEnrollment, { id, stay: stay.id })),
        text: words.t('handoff:takeBack.link', {
          program: words.t(`handoff:enrollment.program.${stay.program}`),
        }),
      }
    return { cells: [...cells, takeBack || null] }
  })

/** Where a center reports programs: what it reported, and the form as far as there is anything to report or to end. */
export function enrollmentsPage(
  { id, state }: { readonly id: string; readonly state: ReferralState },
  stays: readonly CoEnrollment[],
  words: Words,
) {
  const mayReport = mayReportIn(state)
  const mayEnd = stays.some((stay) => isStanding(stay) && stay.endOn === undefined)
  return {
    rows: ownRows(stays, id, words),
    programs: enrollmentOptions(words),
    note: mayReport
      ? null
      : words.t(
          state === 'requested' ? 'handoff:enrollment.notAccepted' : 'handoff:enrollment.stopped',
        ),
    hasForm: mayReport || mayEnd,
    back: words.href(to(paths.referral, { id })),
  }
}

/** One stay, before it is taken back. */
export const takeBackPage = (
  stay: CoEnrollment,
  id: string,
  { t, day, dayOfInstant, href }: Words,
) => ({
  back: { href: href(to(paths.coEnrollments, { id })), text: t('handoff:enrollment.title') },
  facts: [
    { term: t('handoff:enrollment.which'), text: t(`handoff:enrollment.program.${stay.program}`) },
    { term: t('handoff:enrollment.start'), text: day(stay.startOn) },
    ...(stay.endOn === undefined
      ? []
      : [{ term: t('handoff:enrollment.end'), text: day(stay.endOn) }]),
    { term: t('handoff:enrollment.by'), text: stay.reportedBy.name },
    { term: t('handoff:takeBack.at'), text: dayOfInstant(stay.reportedAt) },
  ],
})

export const enrollmentOptions = ({ t }: Words) =>
  enrollmentPrograms.map((value) => ({ value, label: t(`handoff:enrollment.program.${value}`) }))
