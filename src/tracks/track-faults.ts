import type { Track } from './track.js'

/** What is wrong at which field, as a locale key with what it names. */
export interface TrackFault {
  readonly field: string
  readonly message: string
  readonly params: Readonly<Record<string, string | number>>
}

const most = { steps: 50, groups: 10 } as const

/** What forbids publishing this version of a track; empty when nothing does. */
export function faultsOfTrack(track: Track): TrackFault[] {
  if (track.status === 'list-not-found')
    return track.steps.length === 0 ? [] : [fault('steps', 'tracks:error.noListButSteps')]
  return [
    ...(track.steps.length === 0 ? [fault('steps', 'tracks:error.noSteps')] : []),
    ...(track.steps.length > most.steps
      ? [fault('steps', 'tracks:error.tooManySteps', { limit: most.steps })]
      : []),
    ...(track.groups.length > most.groups
      ? [fault('groups', 'tracks:error.tooManyGroups', { limit: most.groups })]
      : []),
    ...unnamed(track),
    ...doubledIds(track),
    ...unknownIds(track),
    ...badGroups(track),
    ...circles(track),
  ]
}

const fault = (field: string, message: string, params: TrackFault['params'] = {}): TrackFault => ({
  field,
  message,
  params,
})

const isId = (id: string) => /^[a-z0-9][a-z0-9-]{0,99}$/.test(id)

const unnamed = ({ steps, groups }: Track): TrackFault[] =>
  Object.entries({ steps, groups }).flatMap(([list, rows]) =>
    rows.flatMap(({ id, title }, at) => [
      ...(isId(id) ? [] : [fault(`${list}[${at}].id`, 'tracks:error.slug')]),
      ...(title === '' ? [fault(`${list}[${at}].title`, 'tracks:error.noTitle')] : []),
    ]),
  )

function doubledIds({ steps }: Track): TrackFault[] {
  return steps.flatMap((step, at) =>
    steps.findIndex(({ id }) => id === step.id) === at
      ? []
      : [fault(`steps[${at}].id`, 'tracks:error.sameStep', { step: step.id })],
  )
}

function unknownIds({ steps, groups }: Track): TrackFault[] {
  const known = new Set(steps.map(({ id }) => id))
  const grouped = new Set(groups.map(({ id }) => id))
  return steps.flatMap((step, at) => [
    ...step.after
      .filter((id) => !known.has(id))
      .map((id) => fault(`steps[${at}].after`, 'tracks:error.unknownStep', { step: id })),
    ...(step.group === undefined || grouped.has(step.group)
      ? []
      : [fault(`steps[${at}].group`, 'tracks:error.unknownGroup', { group: step.group })]),
  ])
}

function badGroups({ steps, groups }: Track): TrackFault[] {
  return groups.flatMap((group, at) => {
    const size = steps.filter((step) => step.group === group.id).length
    return [
      ...(groups.findIndex(({ id }) => id === group.id) === at
        ? []
        : [fault(`groups[${at}].id`, 'tracks:error.sameGroup', { group: group.id })]),
      ...(Number.isInteger(group.choose) && group.choose >= 1 && group.choose <= size
        ? []
        : [fault(`groups[${at}].choose`, 'tracks:error.choose', { group: group.id, size })]),
    ]
  })
}

/** Steps that would wait for themselves. */
function circles({ steps }: Track): TrackFault[] {
  const open = new Map(steps.map((step) => [step.id, step.after.filter((id) => id !== '')]))
  for (let freed = true; freed;) {
    freed = false
    for (const [id, after] of open)
      if (after.every((before) => !open.has(before))) freed = open.delete(id)
  }
  const first = steps.findIndex(({ id }) => open.has(id))
  return first === -1
    ? []
    : [fault(`steps[${first}].after`, 'tracks:error.circle', { step: steps[first]?.id ?? '' })]
}
