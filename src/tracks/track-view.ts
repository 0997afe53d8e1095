import { isKey, translator } from '../http/language.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Occupation } from './occupation.js'
import { pathGraph } from './path-graph.js'
import { stepsTotal, type StepProgress } from './progress.js'
import type { Path } from './read-path.js'
import type { Step, Track } from './track.js'

const english = translator('en')

/**
 * The reference tracks are written in English; their Spanish stands in the locale files and is used as long as the
 * English there is still the text of the track, so a manager's own text is never hidden behind it.
 */
export const trackWords = (
  track: Pick<Track, 'slug' | 'title' | 'summary'>,
  part: 'title' | 'summary',
  { t }: Pick<Words, 't'>,
): string => {
  const key = referenceKey(track, part)
  return key === undefined ? track[part] : t(key)
}

/** The title alone, for views that know no more of the track. */
export const trackTitle = (
  { slug, title }: Pick<Track, 'slug' | 'title'>,
  words: Pick<Words, 't'>,
) => trackWords({ slug, title, summary: '' }, 'title', words)

const referenceKey = (
  track: Pick<Track, 'slug' | 'title' | 'summary'>,
  part: 'title' | 'summary',
): string | undefined => {
  const key = `tracks:reference.${track.slug}.${part}`
  return isKey(key) && english(key) === track[part] ? key : undefined
}

/** "May 2023" from '2023-05'. */
export const monthWords = (period: string, lang: string): string =>
  new Intl.DateTimeFormat(lang === 'es' ? 'es-US' : 'en-US', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${period.slice(0, 7)}-01T00:00:00Z`))

/** The wage of an occupation with its month; an old one says that it is old, a missing one that it was not found. */
export function wageWords(occupation: Occupation, words: Words): string {
  const { wageCents, wagePeriod, wageIsOld } = occupation
  if (wageCents === undefined || wagePeriod === undefined) return words.t('tracks:wage.unknown')
  const amount = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 0,
  }).format(wageCents / 100)
  const month = monthWords(wagePeriod, words.lang)
  return words.t(wageIsOld ? 'tracks:wage.old' : 'tracks:wage.known', { amount, month })
}

/** A track on the page of all tracks. */
export function trackCard(track: Track, occupation: Occupation | undefined, words: Words) {
  return {
    href: words.href(to(paths.track, { slug: track.slug })),
    title: trackWords(track, 'title', words),
    summary: trackWords(track, 'summary', words),
    summaryLang: referenceKey(track, 'summary') === undefined ? 'en' : words.lang,
    topic: track.topic,
    length: words.t('tracks:card.steps', { count: stepsTotal(track) }),
    hours:
      track.hours === undefined ? undefined : words.t('tracks:card.hours', { count: track.hours }),
    occupation: occupation && { title: occupation.title, wage: wageWords(occupation, words) },
    listFound: track.status === 'published',
  }
}

const noteOf = (track: Track, step: Step, path: Path, words: Words): string => {
  const group = track.groups.find(({ id }) => id === step.group)
  const names = step.providerBadges.flatMap((id) => path.providerBadges.get(id)?.name ?? [])
  return [
    group &&
      words.t('tracks:step.group', {
        title: group.title,
        choose: group.choose,
        size: track.steps.filter((one) => one.group === group.id).length,
      }),
    step.minutes !== undefined && words.t('tracks:step.minutes', { count: step.minutes }),
    names.length > 0
      ? words.t('tracks:step.badges', { names: names.join('; ') })
      : words.t('tracks:step.noBadges'),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** The skills of a track's badges, and which of them O*NET lists as in demand in the occupation it leads to. */
function skillsView({ skills, track }: Path, words: Words) {
  const names = (list: Path['skills']) => list.map(({ name }) => name).join(', ')
  const wanted = skills.filter(({ inDemand }) => inDemand.includes(track.occupation ?? ''))
  return {
    names: names(skills),
    ...(wanted.length > 0 && {
      inDemand: words.t('tracks:skills.inDemand', { names: names(wanted) }),
    }),
  }
}

const stepItem = (path: Path, step: Step, own: StepProgress | undefined, words: Words) => ({
  label: step.title,
  // The names of courses are those of their provider.
  lang: 'en',
  href: words.href(to(paths.badge, { slug: step.courseSlug })),
  state: own?.state ?? 'open',
  isPlain: own === undefined,
  note: noteOf(path.track, step, path, words),
  ...(own?.level && { level: own.level }),
  ...(own?.doneOn !== undefined && { date: own.doneOn, on: words.day(own.doneOn) }),
})

/** The page of one track: the picture, the same as a list, and where the learner is. */
export function trackPage(path: Path, words: Words) {
  const { track, occupation, own } = path
  const title = trackWords(track, 'title', words)
  const states = new Map(own?.progress.steps.map((step) => [step.id, step]))
  const next = track.steps.find(({ id }) => id === own?.progress.nextStep)
  return {
    ...trackCard(track, occupation, words),
    version: words.t('tracks:version', { version: track.version }),
    newer: path.newer && words.t('tracks:newer', { version: path.newer.version }),
    note: track.note,
    ...(path.skills.length > 0 && { skills: skillsView(path, words) }),
    source: track.source,
    milestone: words.href(to(paths.badge, { slug: `${track.slug}-finished` })),
    start: words.href(to(paths.startTrack, { slug: track.slug })),
    startedOn: own?.startedOn && words.t('tracks:startedOn', { day: words.day(own.startedOn) }),
    finishedOn:
      own?.progress.finishedOn &&
      words.t('tracks:finishedOn', { day: words.day(own.progress.finishedOn) }),
    progress: own && {
      value: own.progress.stepsDone,
      max: own.progress.stepsTotal,
      text: words.t('tracks:progress', {
        done: own.progress.stepsDone,
        count: own.progress.stepsTotal,
      }),
    },
    next: next && {
      heading: next.title,
      text: nextText(path, next, states.get(next.id)?.missing ?? [], words),
      courseUrl: next.courseUrl,
      badge: words.href(to(paths.badge, { slug: next.courseSlug })),
    },
    graph: {
      id: 'path',
      title: words.t('tracks:graph.title', { title }),
      description: words.t('tracks:graph.description', { count: track.steps.length }),
      ...pathGraph(track.steps, own?.progress.steps),
      list: '#steps',
    },
    steps: {
      id: 'steps',
      items: track.steps.map((step) => stepItem(path, step, states.get(step.id), words)),
    },
  }
}

function nextText(path: Path, step: Step, missing: readonly string[], words: Words): string {
  const names = missing.flatMap((id) => path.providerBadges.get(id)?.name ?? [])
  return names.length > 0 && names.length < step.providerBadges.length
    ? words.t('tracks:next.missing', { names: names.join('; ') })
    : words.t('tracks:next.course')
}
