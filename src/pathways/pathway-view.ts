import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Agreement } from '../agreements/agreement.js'
import { creditsText, creditTag } from '../credits/credit-view.js'
import {
  applicationStates,
  isLiveApplication,
  takesApplications,
  type Application,
  type ApplicationState,
  type Pathway,
  type PlanProgress,
} from './pathway.js'
import type { PathwayLearner, PathwayShown } from './read-pathway.js'

export const pathwayAnswer = z.object({
  id: z.string(),
  name: z.string(),
  college: z.object({ id: z.string(), name: z.string() }),
  places: z.number(),
  opensOn: z.string(),
  closesOn: z.string(),
  startsOn: z.string(),
  endsOn: z.string(),
  plan: z.array(
    z.object({ course: z.string(), title: z.string(), credits: z.number(), unit: z.string() }),
  ),
  demonstration: z.boolean(),
})

export const pathwayJson = (pathway: Pathway): z.output<typeof pathwayAnswer> => ({
  id: pathway.id,
  name: pathway.name,
  college: { id: pathway.collegeId, name: pathway.collegeName },
  places: pathway.places,
  opensOn: pathway.opensOn,
  closesOn: pathway.closesOn,
  startsOn: pathway.startsOn,
  endsOn: pathway.endsOn,
  plan: pathway.plan.map(({ course, courseTitle, credits, unit }) => ({
    course,
    title: courseTitle,
    credits,
    unit,
  })),
  demonstration: pathway.demonstration,
})

export const applicationAnswer = z.object({
  id: z.string(),
  pathway: z.string(),
  learner: z.object({ id: z.string(), name: z.string() }),
  state: z.enum(applicationStates),
  place: z.number().nullable(),
  appliedAt: z.string(),
})

export const applicationJson = (one: Application): z.output<typeof applicationAnswer> => ({
  id: one.id,
  pathway: one.pathwayId,
  learner: { id: one.learnerId, name: one.learnerName },
  state: one.state,
  place: one.seat ?? null,
  appliedAt: one.appliedAt.toISOString(),
})

const tones: Readonly<Record<ApplicationState, string>> = {
  applied: 'info',
  waiting: 'wait',
  accepted: 'good',
  declined: 'stop',
  left: 'plain',
}

export const applicationTag = (state: ApplicationState, { t }: Words, defined = false) => ({
  word: t(`pathways:application.${state}.word`),
  tone: tones[state],
  ...(defined && { definition: t(`pathways:application.${state}.means`) }),
})

const between = (from: string, until: string, words: Words) =>
  words.t('agreements:between', { from: words.day(from), to: words.day(until) })

/** A row of a list of pathways; `path` is where its name leads. */
export const pathwayRow = (pathway: Pathway, path: string, words: Words) => ({
  cells: [
    {
      text: pathway.name,
      href: words.href(to(path, { id: pathway.id })),
      sub: pathway.collegeName,
    },
    words.number(pathway.places),
    between(pathway.opensOn, pathway.closesOn, words),
    between(pathway.startsOn, pathway.endsOn, words),
  ],
})

type PlanLine = PlanProgress['courses'][number]

const planTag = (state: PlanLine['state'], words: Words) => ({
  tag:
    state === 'open'
      ? { word: words.t('pathways:pathway.open'), tone: 'plain' }
      : creditTag(state, words),
})

const planRows = ({ courses }: PlanProgress, isOwn: boolean, words: Words) =>
  courses.map((line) => {
    const course = { text: line.course, sub: line.courseTitle }
    const credits = creditsText(line.credits, line.unit, words)
    return {
      cells: isOwn ? [course, credits, planTag(line.state, words)] : [course, credits],
    }
  })

/** "8 quarter credits": what was earned, by unit; nothing yet says so. */
export const earnedText = ({ earned }: PlanProgress, words: Words): string => {
  const parts = (['quarter', 'semester'] as const)
    .filter((unit) => earned[unit] > 0)
    .map((unit) => creditsText(earned[unit], unit, words))
  return parts.length > 0 ? words.list(parts) : words.t('pathways:pathway.noneEarned')
}

/** The page of one pathway: plan, places, days, and for a learner how they stand. */
export function pathwayPage(shown: PathwayShown, words: Words) {
  const { pathway, taken, waiting, today, own } = shown
  const { t, number, href } = words
  const at = (path: string) => href(to(path, { id: pathway.id }))
  const isOpen = takesApplications(pathway, today)
  const application = own?.application
  const isLive = application !== undefined && isLiveApplication(application.state)
  const progress = own?.progress ?? {
    courses: pathway.plan.map((one) => ({ ...one, state: 'open' as const })),
    done: 0,
    earned: { quarter: 0, semester: 0 },
  }
  return {
    heading: pathway.name,
    college: pathway.collegeName,
    about: pathway.about,
    demonstration: pathway.demonstration,
    tag: application && applicationTag(application.state, words, true),
    reason: application?.events.findLast(({ reason }) => reason !== undefined)?.reason,
    facts: [
      {
        term: t('pathways:pathway.places'),
        text: t('pathways:pathway.placesText', {
          taken: number(taken),
          places: number(pathway.places),
          waiting: number(waiting),
        }),
      },
      {
        term: t('pathways:pathway.apply'),
        text: between(pathway.opensOn, pathway.closesOn, words),
      },
      { term: t('pathways:pathway.runs'), text: between(pathway.startsOn, pathway.endsOn, words) },
    ],
    isOwn: own !== undefined,
    progress: own && {
      value: progress.done,
      max: progress.courses.length,
      text: t('pathways:pathway.progress', { count: progress.courses.length, done: progress.done }),
    },
    earned: own && earnedText(progress, words),
    plan: planRows(progress, own !== undefined, words),
    applyHref: isOpen && !isLive ? at(paths.applyToPathway) : undefined,
    leaveHref: isLive ? at(paths.leavePathway) : undefined,
    isOpen,
  }
}

/** An application on the college's desk; it can be picked while something is left to decide. */
export const applicationRow = (
  { application, progress }: PathwayLearner,
  canPick: boolean,
  words: Words,
) => ({
  cells: [
    ...(canPick
      ? [
          {
            checkbox: {
              name: 'applications',
              value: application.id,
              label: words.t('pathways:pathway.pick', { name: application.learnerName }),
            },
          },
        ]
      : []),
    { text: application.learnerName, sub: application.why },
    { tag: applicationTag(application.state, words) },
    application.seat === undefined ? null : words.number(application.seat),
    {
      progress: {
        value: progress.done,
        max: Math.max(progress.courses.length, 1),
        text: words.t('pathways:pathway.progress', {
          count: progress.courses.length,
          done: progress.done,
        }),
      },
    },
    earnedText(progress, words),
    {
      date: application.appliedAt.toISOString(),
      text: words.dayOfInstant(application.appliedAt),
    },
  ],
})

/** The agreements a plan can be made of. */
export const planOptions = (agreements: readonly Agreement[], words: Words) =>
  agreements.map(({ id, course, courseTitle, credits, unit }) => ({
    value: id,
    label: `${course} ${courseTitle}`,
    hint: creditsText(credits, unit, words),
  }))
