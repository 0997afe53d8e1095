import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { pathGraph } from './path-graph.js'
import { stepsTotal } from './progress.js'
import { diffOf } from './track-diff.js'
import type { TrackDraft } from './track-draft-store.js'
import { trackTitle } from './track-view.js'
import { groupsOfForm, stepsOfForm, trackFormRows } from './track-form-input.js'
import type { Step, StepGroup, Track } from './track.js'

const spare = { steps: 3, groups: 2 } as const

const stepRow = (step: Step, at: number) => ({
  place: String(at + 1),
  id: step.id,
  title: step.title,
  badges: step.providerBadges.join(' '),
  group: step.group ?? '',
  after: step.after.join(' '),
  minutes: step.minutes === undefined ? '' : String(step.minutes),
})

const groupRow = (group: StepGroup) => ({ ...group, choose: String(group.choose) })

const emptyStep = { place: '', id: '', title: '', badges: '', group: '', after: '', minutes: '' }
const emptyGroup = { id: '', title: '', choose: '' }

/** The rows of the form: as typed, if that can be read, else as they are; a few empty ones at the end. */
function rowsOf(track: Track | undefined, typed: unknown) {
  const form = trackFormRows.safeParse(typed)
  const steps = form.success ? stepsOfForm(form.data, track?.steps ?? []) : (track?.steps ?? [])
  const groups = form.success ? groupsOfForm(form.data) : (track?.groups ?? [])
  return {
    steps: [...steps.map(stepRow), ...Array.from({ length: spare.steps }, () => emptyStep)],
    groups: [...groups.map(groupRow), ...Array.from({ length: spare.groups }, () => emptyGroup)],
  }
}

/** The form on which the next version is written; `track` is the draft or the version it starts from. */
export function trackEditPage(
  slug: string | undefined,
  track: Track | undefined,
  isDraft: boolean,
  typed: unknown,
) {
  return {
    slug,
    isDraft,
    values: {
      version: isDraft ? (track?.version ?? '') : '',
      title: track?.title ?? '',
      summary: track?.summary ?? '',
      topic: track?.topic ?? '',
      provider: track?.provider ?? 'treehouse',
      occupation: track?.occupation ?? '',
      hours: track?.hours === undefined ? '' : String(track.hours),
      note: track?.note ?? '',
    },
    ...rowsOf(track, typed),
  }
}

/** The preview of a draft: the picture, and what it changes. */
export function trackPreview(draft: TrackDraft, offered: Track | undefined, words: Words) {
  const { track } = draft
  return {
    title: track.title,
    summary: track.summary,
    version: words.t('tracks:version', { version: track.version }),
    length: words.t('tracks:card.steps', { count: stepsTotal(track) }),
    savedOn: words.time(draft.savedAt),
    edit: words.href(to(paths.editTrack, { slug: track.slug })),
    discard: words.href(to(paths.discardTrackDraft, { slug: track.slug })),
    before: offered && words.t('tracks:version', { version: offered.version }),
    changes: offered
      ? diffOf(offered, track).map(({ kind, what, title, fields }) => ({
          text: words.t(`tracks:change.${kind}`, {
            what: words.t(`tracks:change.what.${what}`),
            title,
          }),
          fields: fields.map((field) => words.t(`tracks:change.field.${field}`)).join(', '),
        }))
      : [],
    graph: {
      id: 'path',
      title: words.t('tracks:graph.title', { title: trackTitle(track, words) }),
      description: words.t('tracks:graph.description', { count: track.steps.length }),
      ...pathGraph(track.steps),
    },
    steps: {
      items: track.steps.map(({ title, minutes }) => ({
        label: title,
        state: 'open',
        note: minutes === undefined ? '' : words.t('tracks:step.minutes', { count: minutes }),
      })),
    },
  }
}

/** A row of the managers' list of tracks. */
export const trackEditRow = (
  slug: string,
  offered: Track | undefined,
  draft: TrackDraft | undefined,
  words: Words,
) => ({
  title: offered?.title ?? draft?.track.title ?? slug,
  edit: words.href(to(paths.editTrack, { slug })),
  version: offered?.version ?? '',
  status: words.t(`tracks:status.${offered?.status ?? 'draft'}`),
  steps: offered ? String(offered.steps.length) : '',
  preview: draft && words.href(to(paths.previewTrack, { slug })),
})
