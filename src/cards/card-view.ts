import { z } from 'zod'
import { whenText } from '../appointments/appointment.js'
import { modes } from '../appointments/slot.js'
import type { Day } from '../calendar.js'
import type { QrCode } from '../drawing/draw-qr.js'
import { paths } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { nextWords } from '../learners/home-view.js'
import { missingText, proofView, ruleLabel } from '../readiness/proof-view.js'
import { referralStates } from '../referrals/referral.js'
import { stateTag } from '../referrals/referral-view.js'
import { printedCode } from './card-code.js'
import { cardDays, cardStates, stateOfCard, usualDays, type Card } from './card.js'
import type { MadeCard } from './make-card.js'
import type { CardStatus } from './read-card-status.js'

const tones = { live: 'good', stopped: 'plain', ended: 'plain' } as const

/** The public address where a code is typed, in the reader's language. */
export const cardAddress = (baseUrl: string, words: Words): string =>
  `${baseUrl}${words.href(paths.card)}`

/** The card a learner has, with its form for a new one. */
export const ownCardPage = (
  card: Card | undefined,
  firstName: string,
  today: Day,
  words: Words,
) => ({
  card: card ? cardFacts(card, today, words) : null,
  form: cardFormPart(firstName, words),
})

/** What the form for a new card starts with. */
export const cardFormPart = (firstName: string, { t }: Words) => ({
  called: firstName,
  days: cardDays.map((days) => ({ value: String(days), label: t('cards:form.days', { days }) })),
  usual: String(usualDays),
})

function cardFacts(card: Card, today: Day, words: Words) {
  const { t } = words
  const state = stateOfCard(card, today)
  const { center } = card
  return {
    isLive: state === 'live',
    facts: [
      {
        term: t('cards:own.state'),
        tag: { word: t(`cards:state.${state}`), tone: tones[state] },
      },
      { term: t('cards:own.called'), text: card.calledName || t('cards:own.noName') },
      {
        term: t('cards:own.made'),
        text: center
          ? t('cards:own.madeBy', {
              on: words.time(card.madeAt),
              by: center.by,
              center: center.name,
            })
          : words.time(card.madeAt),
      },
      { term: t('cards:own.until'), text: words.day(card.expiresOn) },
      {
        term: t('cards:own.used'),
        text: card.usedAt ? words.time(card.usedAt) : t('cards:own.notUsed'),
      },
    ],
    centerNote: center ? t('cards:own.centerNote', { center: center.name }) : null,
  }
}

/** A card to print. */
export const madePage = ({ card, code }: MadeCard, qr: QrCode, address: string, words: Words) => ({
  called: card.calledName,
  code: printedCode(code),
  qr,
  address: address.replace(/^https?:\/\//, ''),
  until: words.day(card.expiresOn),
})

/** Where somebody stands, as their card shows it. */
export function statusPage(status: CardStatus, now: Date, words: Words) {
  const { t } = words
  const { card, proof, appointment } = status
  const { heading, text } = nextOf(status, words)
  return {
    heading: card.calledName
      ? t('cards:status.hello', { name: card.calledName })
      : t('cards:status.title'),
    asOf: t('cards:status.asOf', { at: words.time(now) }),
    next: { heading, text },
    ready: {
      word: t(`common:status.${proof.ready ? 'ready' : 'not-ready'}.word`),
      tone: proof.ready ? 'good' : 'wait',
    },
    proof: proofView(proof, words),
    referrals: status.referrals.map(({ referral, centerName }) => ({
      center: centerName,
      tag: stateTag(referral.state, words, true),
      since: t('cards:status.since', { on: words.dayOfInstant(referral.since) }),
    })),
    appointment: appointment
      ? t('cards:status.appointment', {
          when: whenText(appointment.slot.startsAt, appointment.slot.zone, words.lang),
          center: appointment.centerName,
          mode: t(`appointments:mode.${appointment.slot.mode}`).toLowerCase(),
        })
      : null,
    hasAccount: status.hasAccount,
    until: t('cards:status.until', { on: words.day(card.expiresOn) }),
    signInHref: `${words.href(paths.signIn)}?shared=yes`,
  }
}

const nextOf = ({ learner, referrals, awardCount }: CardStatus, words: Words) =>
  nextWords({ learner, referrals, awards: { length: awardCount } }, words)

export const madeAnswer = z.object({
  code: z.string(),
  address: z.string(),
  called: z.string(),
  expiresOn: z.string(),
})

/** A card just made: the code is told this once. */
export const madeJson = (
  { card, code }: MadeCard,
  address: string,
): z.output<typeof madeAnswer> => ({
  code: printedCode(code),
  address,
  called: card.calledName,
  expiresOn: card.expiresOn,
})

export const cardAnswer = z.object({
  state: z.enum(cardStates),
  called: z.string(),
  madeAt: z.string(),
  center: z.object({ id: z.string(), name: z.string() }).nullable(),
  expiresOn: z.string(),
  usedAt: z.string().nullable(),
})

/** The learner's card, without its code. */
export const cardJson = (card: Card, today: Day): z.output<typeof cardAnswer> => ({
  state: stateOfCard(card, today),
  called: card.calledName,
  madeAt: card.madeAt.toISOString(),
  center: card.center ? { id: card.center.id, name: card.center.name } : null,
  expiresOn: card.expiresOn,
  usedAt: card.usedAt?.toISOString() ?? null,
})

export const statusAnswer = z.object({
  called: z.string(),
  expiresOn: z.string(),
  next: z.object({ heading: z.string(), text: z.string() }),
  ready: z.boolean(),
  since: z.string().nullable(),
  missing: z.array(z.object({ id: z.string(), rule: z.string(), missing: z.string() })),
  referrals: z.array(
    z.object({ center: z.string(), state: z.enum(referralStates), since: z.string() }),
  ),
  appointment: z
    .object({ center: z.string(), startsAt: z.string(), zone: z.string(), mode: z.enum(modes) })
    .nullable(),
})

/** The status of a card for a machine that reads it, such as a kiosk. */
export function statusJson(status: CardStatus, words: Words): z.output<typeof statusAnswer> {
  const { card, proof, appointment } = status
  const { heading, text } = nextOf(status, words)
  return {
    called: card.calledName,
    expiresOn: card.expiresOn,
    next: { heading, text },
    ready: proof.ready,
    since: proof.since ?? null,
    missing: proof.rules.flatMap((rule) =>
      rule.missing
        ? [
            {
              id: rule.id,
              rule: ruleLabel(rule, words),
              missing: missingText(rule.missing, words),
            },
          ]
        : [],
    ),
    referrals: status.referrals.map(({ referral, centerName }) => ({
      center: centerName,
      state: referral.state,
      since: referral.since.toISOString(),
    })),
    appointment: appointment
      ? {
          center: appointment.centerName,
          startsAt: appointment.slot.startsAt.toISOString(),
          zone: appointment.slot.zone,
          mode: appointment.slot.mode,
        }
      : null,
  }
}
