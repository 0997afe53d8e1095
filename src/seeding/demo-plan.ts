import { addDays, type Day } from '../calendar.js'
import { evidenceId, levelOfSource, type Evidence } from '../providers/evidence.js'
import type { NewLearner } from '../learners/learner.js'
import type { Step, Track } from '../tracks/track.js'
import { firstNames, lastNames, places } from './demo-names.js'
import { randomOf, type Random } from './random.js'

/** What a provider calls one of its badges. */
export interface ProviderBadge {
  readonly id: string
  readonly name: string
  readonly courseSlug?: string
  readonly courseTitle?: string
}

export interface DemoSetting {
  readonly communityId: string
  readonly today: Day
  readonly tracks: readonly Track[]
  readonly badges: ReadonlyMap<string, ProviderBadge>
  /** Days between one badge and the next of a real learner. */
  readonly gapDays: readonly number[]
  readonly idOf: (kind: string, name: string) => string
}

/** How far an invented learner got. */
export type Reach = 'nothing' | 'some' | 'most' | 'finished'

export interface DemoLearner {
  readonly learner: NewLearner
  readonly facts: readonly Evidence[]
}

/** Code Oregon, March 2015 (worksystems.org, 9 March 2015): 5,256 signed up, just over 2,200 had a badge. */
export const codeOregon = { learners: 5_256, withAward: 2_203 } as const

/** How many of `total` learners hold at least one award, in Code Oregon's proportion. */
export const holdersAmong = (total: number): number =>
  Math.round((total * codeOregon.withAward) / codeOregon.learners)

/** Which of `total` learners hold an award: exactly `holdersAmong(total)`, spread evenly over the sign-up order. */
export const isHolder = (index: number, total: number): boolean =>
  Math.floor(((index + 1) * holdersAmong(total)) / total) >
  Math.floor((index * holdersAmong(total)) / total)

const trackWeights: readonly (readonly [string, number])[] = [
  ['front-end-web-development', 0.45],
  ['full-stack-javascript', 0.7],
  ['php-development', 0.85],
  ['web-design', 1],
]

function trackFor(random: Random, tracks: readonly Track[]): Track {
  const draw = random.next()
  const slug = trackWeights.find(([, upTo]) => draw < upTo)?.[0]
  return tracks.find((track) => track.slug === slug) ?? (tracks[0] as Track)
}

function reachFor(random: Random): Reach {
  const draw = random.next()
  return draw < 0.83 ? 'some' : draw < 0.94 ? 'most' : 'finished'
}

/** Steps in path order, each group only as far as it asks. */
function stepsToDo(track: Track): Step[] {
  const left = new Map(track.groups.map((group) => [group.id, group.choose]))
  return track.steps.filter((step) => {
    if (step.group === undefined) return true
    const open = left.get(step.group) ?? 0
    left.set(step.group, open - 1)
    return open > 0
  })
}

type Item = Pick<Evidence, 'kind' | 'item' | 'title'> & {
  courseSlug?: string
  courseTitle?: string
}

function itemsOf(step: Step, setting: DemoSetting, confirmed: boolean): Item[] {
  const badges = step.providerBadges.flatMap((id) => setting.badges.get(id) ?? [])
  const course = { courseSlug: step.courseSlug, courseTitle: step.title }
  if (badges.length > 0)
    return badges.map(({ id, name }) => ({
      kind: 'provider-badge',
      item: id,
      title: name,
      ...course,
    }))
  return confirmed
    ? [{ kind: 'completion', item: step.courseSlug, title: step.title, ...course }]
    : []
}

function shareOf(reach: Reach, random: Random, count: number): number {
  if (reach === 'finished') return count
  if (reach === 'most') return Math.max(1, Math.floor(count * (0.4 + random.next() * 0.5)))
  return Math.max(1, Math.ceil(count * random.next() ** 3 * 0.4))
}

/** Days at a real learner's pace, hurried or slowed so that they fit between the sign-up and today. */
function daysFor(count: number, from: Day, setting: DemoSetting, random: Random): Day[] {
  const offset = random.whole(0, setting.gapDays.length - 1)
  const speed = 0.4 + random.next() * 1.6
  const gaps = Array.from(
    { length: count },
    (_, at) => (setting.gapDays[(offset + at) % setting.gapDays.length] ?? 1) * speed,
  )
  const whole = gaps.reduce((sum, gap) => sum + gap, 0)
  const room =
    ((Date.parse(setting.today) - Date.parse(from)) / 86_400_000) * (0.45 + random.next() * 0.53)
  const scale = whole > room ? room / whole : 1
  let passed = 0
  return gaps.map((gap) => addDays(from, Math.floor((passed += gap * scale))))
}

const signUpBadge: Item = { kind: 'provider-badge', item: '49', title: 'Newbie' }

/** One invented learner: the same for the same index and setting. `reach` overrides how far they got. */
export function demoLearner(
  index: number,
  total: number,
  setting: DemoSetting,
  wanted?: { readonly reach?: Reach; readonly confirmed?: boolean; readonly track?: string },
): DemoLearner {
  const random = randomOf(`learner ${index}`)
  const first = random.pick(firstNames)
  const last = random.pick(lastNames)
  const id = setting.idOf('learner', String(index))
  const daysAgo = Math.floor(150 * (1 - index / total) ** 1.3)
  const holds = isHolder(index, total)
  const reach = wanted?.reach ?? (holds ? reachFor(random) : 'nothing')
  const joinedOn = addDays(
    setting.today,
    -Math.max(daysAgo, reach === 'finished' ? 75 : reach === 'most' ? 45 : holds ? 2 : 0),
  )
  const track =
    setting.tracks.find(({ slug }) => slug === wanted?.track) ?? trackFor(random, setting.tracks)
  const confirmed = wanted?.confirmed ?? random.chance(reach === 'finished' ? 0.8 : 0.3)
  const items = itemsFor(reach, track, setting, confirmed, random)
  const profileName = `demo-${first}${last}${index}`.toLowerCase()
  const days = daysFor(items.length, joinedOn, setting, random)
  const learner: NewLearner = {
    id,
    communityId: setting.communityId,
    name: `${first} ${last}`,
    email: `${first}.${last}.${index}@learner.example`.toLowerCase(),
    place: random.pick(places),
    language: random.chance(0.12) ? 'es' : 'en',
    enrollments:
      items.length > 0 || random.chance(0.35)
        ? [{ track: track.slug, version: track.version, startedOn: joinedOn }]
        : [],
    profiles:
      items.length > 0 && !confirmed
        ? [
            {
              provider: 'treehouse',
              name: profileName,
              linkedAt: new Date(`${joinedOn}T18:00:00Z`),
              confirmed: true,
            },
          ]
        : [],
    joinedOn,
    programAgreement: { version: '2026-11', acceptedOn: joinedOn },
    demonstration: true,
  }
  const source = confirmed ? 'roster' : 'treehouse-profile'
  const origin = confirmed ? 'treehouse' : profileName
  const facts = items.map((item, at): Evidence => {
    const earnedOn = days[at] ?? joinedOn
    const fact = {
      learnerId: id,
      provider: 'treehouse',
      source,
      origin,
      earnedOn,
      ...item,
    } as const
    return {
      ...fact,
      id: evidenceId(fact),
      communityId: setting.communityId,
      level: levelOfSource[source],
      recordedAt: new Date(`${earnedOn}T20:00:00Z`),
    }
  })
  return { learner, facts }
}

function itemsFor(
  reach: Reach,
  track: Track,
  setting: DemoSetting,
  confirmed: boolean,
  random: Random,
): Item[] {
  if (reach === 'nothing') return random.chance(0.4) ? [signUpBadge] : []
  const steps = stepsToDo(track)
  const all = steps.flatMap((step) => itemsOf(step, setting, confirmed))
  return [signUpBadge, ...all.slice(0, shareOf(reach, random, all.length))]
}
