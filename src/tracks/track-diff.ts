import type { Step, StepGroup, Track } from './track.js'

/** One thing that is different in a new version of a track; `fields` name what changed about it. */
export interface TrackChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved'
  readonly what: 'track' | 'step' | 'group'
  readonly title: string
  readonly fields: readonly string[]
}

const trackFields = [
  'title',
  'summary',
  'topic',
  'provider',
  'occupation',
  'hours',
  'note',
] as const
const stepFields = ['title', 'providerBadges', 'group', 'after', 'minutes', 'provider'] as const
const groupFields = ['title', 'choose'] as const

const differing = <T>(before: T, after: T, fields: readonly (keyof T & string)[]) =>
  fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))

function changesIn<T extends Step | StepGroup>(
  what: 'step' | 'group',
  before: readonly T[],
  after: readonly T[],
  fields: readonly (keyof T & string)[],
): TrackChange[] {
  const old = new Map(before.map((one) => [one.id, one]))
  const ids = new Set(after.map(({ id }) => id))
  const kept = before.filter(({ id }) => ids.has(id)).map(({ id }) => id)
  const now = after.filter(({ id }) => old.has(id)).map(({ id }) => id)
  const moved = movedIds(kept, now)
  return [
    ...before
      .filter(({ id }) => !ids.has(id))
      .map(({ title }): TrackChange => ({ kind: 'removed', what, title, fields: [] })),
    ...after.flatMap((one): TrackChange[] => {
      const was = old.get(one.id)
      if (!was) return [{ kind: 'added', what, title: one.title, fields: [] }]
      const changed = differing(was, one, fields)
      return [
        ...(changed.length > 0
          ? [{ kind: 'changed' as const, what, title: one.title, fields: changed }]
          : []),
        ...(moved.has(one.id)
          ? [{ kind: 'moved' as const, what, title: one.title, fields: [] }]
          : []),
      ]
    }),
  ]
}

/** The fewest ids that must move to turn one order into the other: those outside the longest common run. */
function movedIds(before: readonly string[], after: readonly string[]): Set<string> {
  const place = new Map(before.map((id, at) => [id, at]))
  const runs: string[][] = []
  for (const id of after) {
    const at = place.get(id) ?? 0
    const best = runs
      .filter((run) => (place.get(run.at(-1) ?? '') ?? -1) < at)
      .reduce<string[]>((longest, run) => (run.length > longest.length ? run : longest), [])
    runs.push([...best, id])
  }
  const longest = runs.reduce<string[]>((one, run) => (run.length > one.length ? run : one), [])
  return new Set(after.filter((id) => !longest.includes(id)))
}

/** What a new version changes, in the order a reader wants it: the track itself, its steps, its groups. */
export function diffOf(before: Track, after: Track): TrackChange[] {
  const own = differing(before, after, trackFields)
  return [
    ...(own.length > 0
      ? [{ kind: 'changed' as const, what: 'track' as const, title: after.title, fields: own }]
      : []),
    ...changesIn('step', before.steps, after.steps, stepFields),
    ...changesIn('group', before.groups, after.groups, groupFields),
  ]
}
