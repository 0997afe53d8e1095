import { dayOf } from '../calendar.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { recordPage } from '../learners/record-page-view.js'
import { appealable, isAppeal, mayTakeBack, stateWithdrawn } from './appeal.js'
import { claimStates, isOpen, moves, type Claim } from './claim.js'
import {
  claimTimeline,
  creditsText,
  creditTag,
  statusWords,
  totalText,
  waitingCell,
  waitingText,
} from '../credits/credit-view.js'
import type { QueuedClaim } from './list-claims.js'
import type { OpenedClaim } from './open-claim.js'
import type { OwnCredit } from '../credits/read-own-credit.js'
import { givenTotal, openTotal, type RecordCredit } from '../credits/record-credit.js'
import type { VerifiedBadge } from './verify-claim.js'

const nameList = (slugs: readonly string[], names: ReadonlyMap<string, string>, { list }: Words) =>
  list(slugs.map((slug) => names.get(slug) ?? slug))

function matchCard(line: RecordCredit, own: OwnCredit, words: Words) {
  const { t } = words
  const mayClaim = own.mayClaimAt.has(line.collegeId)
  return {
    id: line.agreement,
    heading: `${line.course} ${line.courseTitle}`,
    college: line.collegeName,
    credits: creditsText(line.credits, line.unit, words),
    badges: t('claims:own.restsOn', { badges: nameList(line.badges, own.badgeNames, words) }),
    kept:
      line.kept && line.earnedOn !== undefined
        ? t('claims:own.kept', { on: words.day(line.earnedOn), version: line.version })
        : undefined,
    insteadOf:
      line.insteadOf === undefined
        ? undefined
        : t('claims:own.insteadOf', { course: line.insteadOf }),
    demonstration: line.demonstration,
    mayClaim,
    consentHref: words.href(
      withQuery(paths.newConsent, { purpose: 'credit', party: line.collegeId, next: paths.credit }),
    ),
  }
}

function claimCard(claim: Claim, own: OwnCredit, words: Words) {
  const { agreement } = claim
  const waiting = own.waiting.get(claim.id)
  return {
    id: claim.id,
    heading: `${agreement.course} ${agreement.courseTitle}`,
    college: claim.collegeName,
    credits: creditsText(claim.granted ?? agreement.credits, agreement.unit, words),
    tag: creditTag(claim.state, words, true),
    timeline: claimTimeline(claim, words),
    waiting: waiting && waitingText(waiting, words),
    credentialHref: signedCreditHref(claim, words),
    appealHref: appealable(claim) ? words.href(to(paths.appealClaim, { id: claim.id })) : undefined,
    withdraw: stateWithdrawn(claim) && {
      href: words.href(to(paths.withdrawClaim, { id: claim.id })),
      text: words.t(`claims:withdraw.${isAppeal(claim) ? 'appeal' : 'claim'}.link`),
    },
    answerHref:
      claim.state === 'more' ? words.href(to(paths.answerClaim, { id: claim.id })) : undefined,
    consentEnded:
      isOpen(claim.state) && !own.mayClaimAt.has(claim.collegeId)
        ? words.href(
            withQuery(paths.newConsent, {
              purpose: 'credit',
              party: claim.collegeId,
              next: paths.credit,
            }),
          )
        : undefined,
  }
}

/** A learner's credit: what can be claimed, and what became of claims. */
export function ownCreditPage(own: OwnCredit, words: Words) {
  const given = givenTotal(own.lines)
  const open = openTotal(own.lines)
  return {
    worth: open.length > 0 ? totalText(open, words) : undefined,
    given: given.length > 0 ? totalText(given, words) : undefined,
    matches: own.lines
      .filter(({ status }) => status === 'match')
      .map((line) => matchCard(line, own, words)),
    claims: own.claims.map((claim) => claimCard(claim, own, words)),
    words: statusWords(['match', ...claimStates], words),
    crosswalkHref: words.href(paths.crosswalk),
  }
}

/** The page on which a learner withdraws a claim, or the appeal on it. */
export function withdrawPage(claim: Claim, { t }: Words) {
  const what = isAppeal(claim) ? 'appeal' : 'claim'
  return {
    course: `${claim.agreement.course} ${claim.agreement.courseTitle}`,
    lead: t(`claims:withdraw.${what}.lead`, { college: claim.collegeName }),
    submit: t(`claims:withdraw.${what}.submit`),
  }
}

/** The page on which a college takes back what it gave. */
export const takeBackPage = ({ id, agreement, granted = 0 }: Claim, words: Words) => ({
  course: `${agreement.course} ${agreement.courseTitle}`,
  lead: words.t('claims:takeBack.lead', {
    credits: creditsText(granted, agreement.unit, words),
  }),
  backHref: words.href(to(paths.collegeClaim, { id })),
})

/** A row of a college's queue. */
export const queueRow = ({ claim, learnerName, waiting }: QueuedClaim, words: Words) => ({
  cells: [
    { text: learnerName, href: words.href(to(paths.collegeClaim, { id: claim.id })) },
    { text: claim.agreement.course, sub: claim.agreement.courseTitle },
    creditsText(claim.granted ?? claim.agreement.credits, claim.agreement.unit, words),
    {
      tag: creditTag(claim.state, words),
      ...(claim.appeal && { sub: words.t('claims:claim.appealed') }),
    },
    { date: dayOf(claim.filedAt), text: words.dayOfInstant(claim.filedAt) },
    waitingCell(waiting, words),
  ],
})

/** A claim on a college's desk. */
export function claimPage(
  { claim, learnerName, record, verified, waiting, mayDecide }: OpenedClaim,
  words: Words,
) {
  const { t } = words
  const { agreement } = claim
  const isFailing = verified?.some(({ counts }) => !counts) ?? false
  return {
    heading: t('claims:claim.heading', { name: learnerName, course: agreement.course }),
    tag: creditTag(claim.state, words),
    demonstration: claim.demonstration,
    facts: [
      { term: t('credits:column.course'), text: `${agreement.course} ${agreement.courseTitle}` },
      {
        term: t('credits:column.credits'),
        text: creditsText(agreement.credits, agreement.unit, words),
      },
      {
        term: t('claims:claim.agreement'),
        text: t('claims:claim.version', { version: agreement.version }),
      },
      { term: t('claims:claim.asks'), level: agreement.lowestLevel },
      { term: t('claims:claim.filed'), text: words.time(claim.filedAt) },
      ...(waiting
        ? [
            {
              term: t('credits:column.age'),
              lines: [
                t('credits:waiting.days', { count: waiting.days, target: waiting.target }),
                t(waiting.isLate ? 'credits:waiting.late' : 'credits:waiting.due', {
                  day: words.day(waiting.dueOn),
                }),
              ],
            },
          ]
        : []),
    ],
    isAppeal: isAppeal(claim),
    mayDecide,
    badges: claim.badges.map((badge) => ({
      cells: [
        badge.name,
        { date: badge.awardedOn, text: words.day(badge.awardedOn) },
        { level: badge.evidenceLevel },
        record ? { tag: standing(badge.awardId, record, words) } : null,
        checkedCell(
          verified?.find(({ awardId }) => awardId === badge.awardId),
          words,
        ),
      ],
    })),
    isFailing,
    credentialHref: signedCreditHref(claim, words),
    takeBackHref:
      mayDecide && mayTakeBack(claim)
        ? words.href(to(paths.takeBackCredit, { id: claim.id }))
        : undefined,
    timeline: claimTimeline(claim, words),
    record: record && recordPage(record, words, false),
    decisions: Object.keys(moves[claim.state])
      .filter((decision) => mayDecide && (record !== undefined || decision === 'refuse'))
      .filter((decision) => !isFailing || !['grant', 'part'].includes(decision))
      .map((decision) => ({
        value: decision,
        label: t(`claims:decision.${decision}.label`, {
          full: creditsText(agreement.credits, agreement.unit, words),
        }),
      })),
    full: agreement.credits,
    unit: t(`credits:unit.${agreement.unit}`),
  }
}

/** What checking a signed badge came to, just now. */
const checkedCell = (verified: VerifiedBadge | undefined, { t }: Words) =>
  verified
    ? {
        tag: {
          word: t(`claims:verified.${verified.word}`),
          tone: verified.word === 'genuine' ? 'good' : verified.counts ? 'wait' : 'stop',
        },
      }
    : null

/** Where the signed credential of a claim's credit is had; undefined while nothing is given. */
const signedCreditHref = ({ id, granted }: Claim, words: Words) =>
  granted === undefined ? undefined : words.href(to(paths.signedCredit, { id }))

const standing = (awardId: string, record: NonNullable<OpenedClaim['record']>, { t }: Words) =>
  record.awards?.some(({ id }) => id === awardId)
    ? { word: t('claims:claim.stands'), tone: 'good' }
    : { word: t('claims:claim.withdrawn'), tone: 'stop' }
