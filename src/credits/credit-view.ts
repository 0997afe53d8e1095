import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { evidenceLevels } from '../providers/evidence.js'
import { creditUnits, needed, type Agreement, type CreditUnit } from '../agreements/agreement.js'
import {
  claimEventKinds,
  claimStates,
  type Claim,
  type ClaimEvent,
  type SeenBadge,
} from '../claims/claim.js'
import type { Waiting } from '../claims/service-target.js'
import type { Worth } from '../crosswalk/tuition.js'
import type { CreditStatus, CreditTotal, RecordCredit } from './record-credit.js'

export const agreementAnswer = z.object({
  id: z.string(),
  series: z.string(),
  version: z.number(),
  college: z.object({ id: z.string(), name: z.string() }),
  course: z.string(),
  title: z.string(),
  credits: z.number(),
  unit: z.enum(creditUnits),
  badges: z.array(z.string()),
  badgesNeeded: z.number(),
  lowestLevel: z.enum(evidenceLevels),
  maxAgeMonths: z.number().nullable(),
  mayShareBadges: z.boolean(),
  fills: z.enum(['requirement', 'elective']),
  conditions: z.string().nullable(),
  catalogYear: z.string().nullable(),
  binding: z.boolean(),
  from: z.string(),
  to: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedOn: z.string().nullable(),
  note: z.string().nullable(),
  worth: z.object({ usd: z.number(), academicYear: z.string(), source: z.string() }).nullable(),
  demonstration: z.boolean(),
})

/** An agreement of the public crosswalk; `worth` is null where no dated tuition is known. */
export const agreementJson = (
  agreement: Agreement,
  worth: Worth | undefined,
): z.output<typeof agreementAnswer> => ({
  id: agreement.id,
  series: agreement.series,
  version: agreement.version,
  college: { id: agreement.collegeId, name: agreement.collegeName },
  course: agreement.course,
  title: agreement.courseTitle,
  credits: agreement.credits,
  unit: agreement.unit,
  badges: [...agreement.badges.of],
  badgesNeeded: needed(agreement.badges),
  lowestLevel: agreement.lowestLevel,
  maxAgeMonths: agreement.maxAgeMonths ?? null,
  mayShareBadges: agreement.mayShareBadges,
  fills: agreement.fills,
  conditions: agreement.conditions ?? null,
  catalogYear: agreement.catalogYear ?? null,
  binding: agreement.advisory !== true,
  from: agreement.from,
  to: agreement.to ?? null,
  decidedBy: agreement.decidedBy ?? null,
  decidedOn: agreement.decidedOn ?? null,
  note: agreement.note ?? null,
  worth: worth
    ? { usd: worth.cents / 100, academicYear: worth.academicYear, source: worth.source }
    : null,
  demonstration: agreement.demonstration,
})

const eventAnswer = z.object({
  at: z.string(),
  by: z.string(),
  kind: z.enum(claimEventKinds),
  credits: z.number().nullable(),
  reason: z.string().nullable(),
})

/** A claim as its two sides read it, with what it was filed on. */
export const claimAnswer = z.object({
  id: z.string(),
  state: z.enum(claimStates),
  learner: z.object({ id: z.string() }),
  college: z.object({ id: z.string(), name: z.string() }),
  agreement: z.object({ id: z.string(), version: z.number() }),
  course: z.string(),
  credits: z.number(),
  unit: z.enum(creditUnits),
  granted: z.number().nullable(),
  appealed: z.boolean(),
  badges: z.array(
    z.object({ slug: z.string(), awardedOn: z.string(), evidenceLevel: z.enum(evidenceLevels) }),
  ),
  filedAt: z.string(),
  events: z.array(eventAnswer),
})

const eventJson = (event: ClaimEvent): z.output<typeof eventAnswer> => ({
  at: event.at.toISOString(),
  by: event.byName,
  kind: event.kind,
  credits: event.credits ?? null,
  reason: event.reason ?? null,
})

/** A claim for outside tools. */
export const claimJson = (claim: Claim): z.output<typeof claimAnswer> => ({
  id: claim.id,
  state: claim.state,
  learner: { id: claim.learnerId },
  college: { id: claim.collegeId, name: claim.collegeName },
  agreement: { id: claim.agreement.id, version: claim.agreement.version },
  course: claim.agreement.course,
  credits: claim.agreement.credits,
  unit: claim.agreement.unit,
  granted: claim.granted ?? null,
  appealed: claim.appeal !== undefined,
  badges: claim.badges.map(({ slug, awardedOn, evidenceLevel }) => ({
    slug,
    awardedOn,
    evidenceLevel,
  })),
  filedAt: claim.filedAt.toISOString(),
  events: claim.events.map(eventJson),
})

/** "488.00": cents as dollars for tables of other programs. */
export const dollars = (cents: number): string => (cents / 100).toFixed(2)

const money = {
  en: new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }),
  es: new Intl.NumberFormat('es-US', { style: 'currency', currency: 'USD' }),
}

/** What credit is worth, by which year and from where; or that it is not known. For a cell of a table. */
export const worthCell = (worth: Worth | undefined, { t, lang }: Words) =>
  worth === undefined
    ? { text: t('credits:worth.unknown'), sub: t('credits:worth.why') }
    : {
        text: money[lang].format(worth.cents / 100),
        sub: t('credits:worth.basis', { year: worth.academicYear, source: worth.source }),
      }

/** What several are worth together: the sum of those known, and how many are not. */
export function worthText(worths: readonly (Worth | undefined)[], { t, lang }: Words): string {
  const known = worths.filter((worth) => worth !== undefined)
  const sum = money[lang].format(known.reduce((total, { cents }) => total + cents, 0) / 100)
  const unknown = worths.length - known.length
  if (known.length === 0) return t('credits:worth.unknown')
  return unknown === 0
    ? t('credits:worth.sum', { sum })
    : t('credits:worth.some', { sum, count: unknown })
}

/** "4 quarter credits": the unit is always said. */
export const creditsText = (credits: number, unit: CreditUnit, words: Words): string =>
  words.t(`credits:amount.${unit}`, { count: credits, amount: words.number(credits) })

/** "4 quarter credits in 1 course": totals by unit, joined. */
export const totalText = (totals: readonly CreditTotal[], words: Words): string =>
  words.list(
    totals.map(({ credits, unit, courses }) =>
      words.t('credits:total', {
        credits: creditsText(credits, unit, words),
        courses: words.t('credits:courses', { count: courses }),
      }),
    ),
  )

const tones: Readonly<Record<CreditStatus, string>> = {
  match: 'info',
  claimed: 'wait',
  more: 'wait',
  granted: 'good',
  part: 'good',
  refused: 'stop',
  withdrawn: 'plain',
  revoked: 'stop',
}

/** The word of a credit status as a tag, with its one definition where there is room. */
export const creditTag = (status: CreditStatus, { t }: Words, defined = false) => ({
  word: t(`common:status.${status}.word`),
  tone: tones[status],
  ...(defined && { definition: t(`common:status.${status}.means`) }),
})

/** Every status with its meaning, for the words of a page. */
export const statusWords = (states: readonly CreditStatus[], { t }: Words) =>
  states.map((status) => ({
    word: t(`common:status.${status}.word`),
    tone: tones[status],
    means: t(`common:status.${status}.means`),
  }))

/** "Any 3 of: A, B, C": what an agreement asks for, with the names of badges where they are known. */
export function badgesText(
  agreement: Pick<Agreement, 'badges'>,
  names: ReadonlyMap<string, string>,
  { t, list, choice }: Words,
): string {
  const { of, atLeast } = agreement.badges
  const badges = of.map((slug) => names.get(slug) ?? slug)
  return atLeast === undefined || atLeast === of.length
    ? list(badges)
    : t('credits:anyOf', { count: atLeast, list: choice(badges) })
}

/** The story of a claim, oldest first, for partials/timeline.ejs. */
export const claimTimeline = (claim: Claim, words: Words) =>
  claim.events.map((event, index) => ({
    word: words.t(`claims:event.${event.kind}`),
    who: event.byName,
    on: words.time(event.at),
    date: event.at.toISOString(),
    tone: eventTones[event.kind],
    text: [
      event.credits === undefined ? '' : creditsText(event.credits, claim.agreement.unit, words),
      event.reason ?? '',
      event.seen ? seenText(claim, event.seen, words) : '',
    ]
      .filter((text) => text !== '')
      .join(' · '),
    ...(index === claim.events.length - 1 && { current: true }),
  }))

/** "Looked at: CSS (confirmed, 2 pieces of evidence)": what the college saw when it decided. */
const seenText = (claim: Claim, seen: readonly SeenBadge[], words: Words) =>
  words.t('credits:seen.all', {
    list: words.list(
      seen.map(({ awardId, evidenceLevel, facts }) =>
        words.t('credits:seen.badge', {
          badge: claim.badges.find((badge) => badge.awardId === awardId)?.name ?? awardId,
          level: words.t(`common:level.${evidenceLevel}.word`),
          count: facts.length,
        }),
      ),
    ),
  })

const eventTones: Readonly<Record<ClaimEvent['kind'], string>> = {
  filed: 'info',
  answered: 'info',
  grant: 'good',
  part: 'good',
  refuse: 'stop',
  more: 'wait',
  appealed: 'wait',
  withdrawn: 'plain',
  'appeal-withdrawn': 'plain',
  revoked: 'stop',
  'consent-ended': 'stop',
  'consent-given': 'info',
}

/** "3 of 10 business days", and late when it is. For a cell of a table. */
export const waitingCell = (waiting: Waiting | undefined, words: Words) => {
  if (!waiting) return null
  const { days, target, dueOn, isLate } = waiting
  const text = words.t('credits:waiting.days', { count: days, target })
  return isLate
    ? { tag: { word: words.t('credits:waiting.late'), tone: 'stop' }, sub: text }
    : { text, sub: words.t('credits:waiting.due', { day: words.day(dueOn) }) }
}

/** The same as one sentence for the learner. */
export const waitingText = ({ days, target, dueOn, isLate }: Waiting, { t, day }: Words): string =>
  t(isLate ? 'credits:waiting.learnerLate' : 'credits:waiting.learner', {
    count: days,
    target,
    day: day(dueOn),
  })

/** Where the signed credential of a line's credit is had; undefined while nothing is given. */
export const signedPath = ({
  claimId,
  isGiven,
}: Pick<RecordCredit, 'claimId' | 'isGiven'>): string | undefined =>
  isGiven && claimId !== undefined ? to(paths.signedCredit, { id: claimId }) : undefined
