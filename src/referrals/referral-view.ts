import { z } from 'zod'
import { dayOf, daysBetween } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Center } from '../centers/center.js'
import { overdueOf } from './overdue.js'
import {
  changedAtOf,
  isOpen,
  referralStates,
  sides,
  substates,
  waitingFor,
  type ForwardLink,
  type Referral,
  type ReferralEvent,
  type ReferralState,
} from './referral.js'

const eventAnswer = z.object({
  at: z.string(),
  side: z.enum([...sides, 'program']),
  by: z.string(),
  kind: z.string(),
  state: z.enum(referralStates),
  substate: z.enum(substates).optional(),
  reason: z.string().optional(),
  center: z.object({ id: z.string(), name: z.string() }).optional(),
})

const linkAnswer = z.object({
  referral: z.string(),
  center: z.object({ id: z.string(), name: z.string() }),
})
const linkJson = ({ referralId, center }: ForwardLink) => ({ referral: referralId, center })

/** A referral as its parties read it; the proof is the one it was asked on. */
export const referralAnswer = z.object({
  id: z.string(),
  state: z.enum(referralStates),
  substate: z.enum(substates).optional(),
  learner: z.object({ id: z.string() }),
  center: z.object({ id: z.string(), name: z.string() }),
  askedAt: z.string(),
  since: z.string(),
  changedAt: z.string(),
  waitingFor: z.enum(['learner', 'center']).optional(),
  packet: z.enum(['open', 'closed']),
  overdue: z.enum(['late', 'offer-another']).optional(),
  cameFrom: linkAnswer.optional(),
  wentTo: linkAnswer.optional(),
  readiness: z.object({
    ready: z.boolean(),
    rulesVersion: z.number(),
    rules: z.array(z.object({ id: z.string(), met: z.boolean() })),
  }),
  timeline: z.array(eventAnswer),
})

const eventJson = (event: ReferralEvent): z.output<typeof eventAnswer> => ({
  at: event.at.toISOString(),
  side: event.side,
  by: event.by,
  kind: event.kind,
  state: event.state,
  ...(event.substate && { substate: event.substate }),
  ...(event.reason !== undefined && { reason: event.reason }),
  ...(event.center && { center: event.center }),
})

type Named = Pick<Center, 'name'> | undefined

/** The referral for outside tools. */
export function referralJson(
  referral: Referral,
  center: Named,
  now: Date,
): z.output<typeof referralAnswer> {
  const overdue = overdueOf(referral, now)
  const waiting = waitingFor(referral.state, referral.substate)
  return {
    id: referral.id,
    state: referral.state,
    ...(referral.substate && { substate: referral.substate }),
    learner: { id: referral.learnerId },
    center: { id: referral.centerId, name: center?.name ?? '' },
    askedAt: referral.askedAt.toISOString(),
    since: referral.since.toISOString(),
    changedAt: changedAtOf(referral).toISOString(),
    ...(waiting && { waitingFor: waiting }),
    packet: referral.packet,
    ...(overdue && { overdue: overdue.kind }),
    ...(referral.cameFrom && { cameFrom: linkJson(referral.cameFrom) }),
    ...(referral.wentTo && { wentTo: linkJson(referral.wentTo) }),
    readiness: {
      ready: referral.proof.ready,
      rulesVersion: referral.proof.rulesVersion,
      rules: referral.proof.rules.map(({ id, met }) => ({ id, met })),
    },
    timeline: referral.timeline.map(eventJson),
  }
}

const tones: Readonly<Record<ReferralState, string>> = {
  draft: 'plain',
  requested: 'wait',
  accepted: 'good',
  rejected: 'stop',
  'in-progress': 'info',
  'on-hold': 'wait',
  completed: 'good',
  failed: 'stop',
  cancelled: 'plain',
  'entered-in-error': 'plain',
}

/** The word of a state as a tag; with its one definition where there is room. */
export const stateTag = (state: ReferralState, { t }: Words, defined = false) => ({
  word: t(`common:status.${state}.word`),
  tone: tones[state],
  ...(defined && { definition: t(`common:status.${state}.means`) }),
})

/** Whole days a referral has stood in its state. */
export const ageOf = (referral: Pick<Referral, 'since'>, now: Date): number =>
  Math.max(0, daysBetween(dayOf(referral.since), dayOf(now)))

function eventWord({ kind, state, substate, center }: ReferralEvent, { t }: Words): string {
  if (kind !== 'state' && kind !== 'note')
    return t(`referrals:event.${kind}`, { center: center?.name ?? '' })
  const finer = substate ? t(`referrals:substate.${substate}.word`) : ''
  if (kind === 'note') return finer
  const word = t(`common:status.${state}.word`)
  return finer ? `${word}: ${finer}` : word
}

/** The timeline both sides read, oldest first: the same words for each. */
export const timelineView = (referral: Pick<Referral, 'timeline'>, words: Words) =>
  referral.timeline.map((event, index) => ({
    word: eventWord(event, words),
    who: words.t(`referrals:side.${event.side}`, { name: event.by }),
    on: words.time(event.at),
    date: event.at.toISOString(),
    tone: event.kind === 'state' ? tones[event.state] : 'plain',
    ...(event.reason !== undefined && { text: event.reason }),
    ...(index === referral.timeline.length - 1 && { current: true }),
  }))

/** By whose delay it stands, and for how long; undefined once settled. */
export function delayText(
  referral: Referral,
  words: Words,
  now: Date,
  isLearner = false,
): string | undefined {
  const waiting = waitingFor(referral.state, referral.substate)
  const whom = waiting === 'learner' && isLearner ? 'you' : waiting
  return whom && words.t(`referrals:waiting.${whom}`, { count: ageOf(referral, now) })
}

/**
 * The same in a table: an overdue request stands out, with the reason. A center's queue says the days apart, the learner's
 * own list says "you".
 */
export function delayCell(
  referral: Referral,
  words: Words,
  now: Date,
  place: 'own' | 'list' | 'queue' = 'list',
) {
  const overdue = overdueOf(referral, now)
  if (!overdue && place !== 'queue') return delayText(referral, words, now, place === 'own') ?? null
  if (!overdue) {
    const waiting = waitingFor(referral.state, referral.substate)
    return waiting ? words.t(`referrals:queue.on.${waiting}`) : null
  }
  return {
    tag: { word: words.t('referrals:overdue.word'), tone: 'stop' },
    sub: words.t(`referrals:overdue.${overdue.kind}.row`, { count: overdue.businessDays }),
  }
}

/** A row of the learner's own list. */
export const ownRow = (referral: Referral, center: Named, words: Words, now: Date) => ({
  cells: [
    {
      text: center?.name ?? referral.centerId,
      href: words.href(to(paths.referral, { id: referral.id })),
    },
    { tag: stateTag(referral.state, words) },
    { date: dayOf(referral.since), text: words.dayOfInstant(referral.since) },
    delayCell(referral, words, now, 'own'),
  ],
})

export const isSettled = (referral: Referral): boolean => !isOpen(referral.state)
