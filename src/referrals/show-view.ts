import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { proofView } from '../readiness/proof-view.js'
import type { Center } from '../centers/center.js'
import { mayReportIn, type CoEnrollment } from './co-enrollment.js'
import { enrollmentRows } from './co-enrollment-view.js'
import { overdueOf } from './overdue.js'
import { isOpen, isWithCenter, movesFrom, type Referral, type Side } from './referral.js'
import { delayText, stateTag, timelineView } from './referral-view.js'
import type { SeenReferral } from './see-referral.js'

/** What went before a referral that came from another center. */
export interface Earlier {
  readonly center: string
  readonly timeline: Referral['timeline']
}

interface Shown extends SeenReferral {
  readonly earlier: readonly Earlier[]
  readonly stays: readonly CoEnrollment[]
  readonly center: Pick<Center, 'id' | 'name'> | undefined
  readonly learnerName: string | undefined
}

/** The page of a referral: the same timeline for both sides, and what each may do next. */
export function referralPage(
  { referral, sides, center, learnerName, earlier, stays, isLearner, shut }: Shown,
  words: Words,
  now: Date,
) {
  const { t, href } = words
  const isCenter = sides.includes('center')
  return {
    back: isCenter
      ? { href: href(paths.referralQueue), text: t('referrals:show.backStaff') }
      : { href: href(paths.referrals), text: t('referrals:show.back') },
    tag: stateTag(referral.state, words, true),
    delay: delayText(referral, words, now, isLearner) ?? null,
    overdue: overdueNote(referral, isCenter, words, now),
    timeline: timelineView(referral, words),
    earlier: earlier.map((one) => ({
      heading: t('referrals:show.earlier', { center: one.center }),
      timeline: timelineView(one, words),
    })),
    stays: enrollmentRows(stays, words),
    wentTo: referral.wentTo
      ? {
          text: t('referrals:show.wentTo', { center: referral.wentTo.center.name }),
          ...(isCenter
            ? {}
            : {
                link: {
                  href: href(to(paths.referral, { id: referral.wentTo.referralId })),
                  text: t('referrals:show.openNext'),
                },
              }),
        }
      : null,
    actions: actionsOn(referral, sides, isLearner, stays.length > 0, words),
    facts: facts({ referral, center, learnerName, isLearner }, isCenter, words),
    shut: shut
      ? {
          heading: t(`referrals:shut.${shut}.heading`),
          text: t(`referrals:shut.${shut}.text`, { center: center?.name ?? '' }),
        }
      : null,
    proof: referral.proof.rules.length > 0 || !shut ? proofView(referral.proof, words) : null,
    standing: t(`common:status.${referral.proof.ready ? 'ready' : 'not-ready'}.word`),
    giveAgain:
      isLearner && referral.packet === 'closed' && isWorking(referral)
        ? href(withQuery(paths.newConsent, { party: referral.centerId, purpose: 'referral' }))
        : null,
  }
}

const isWorking = ({ state }: Referral) => isOpen(state) && state !== 'draft'

/** What each side may do next; the page of each says the rest. */
function actionsOn(
  referral: Referral,
  sides: readonly Side[],
  isLearner: boolean,
  hasStays: boolean,
  { t, href }: Words,
) {
  const id = { id: referral.id }
  const isCenter = sides.includes('center')
  const link = (path: string, word: string, look?: 'outline') => ({
    href: href(to(path, id)),
    text: t(word),
    ...(look && { look }),
  })
  const report =
    isCenter && (hasStays || mayReportIn(referral.state))
      ? [link(paths.coEnrollments, 'handoff:enrollment.report', 'outline')]
      : []
  if (!isOpen(referral.state)) return report
  const mayAnswer = isCenter || movesFrom(referral.state, sides).length > 0
  const isDraft = referral.state === 'draft'
  const tell = isDraft ? 'referrals:show.complete' : 'referrals:show.tellMore'
  return [
    ...(isLearner ? [link(paths.referralDetails, tell, isDraft ? undefined : 'outline')] : []),
    ...(mayAnswer
      ? [
          isCenter
            ? link(paths.answerReferral, 'referrals:show.answer')
            : link(paths.answerReferral, 'referrals:show.cancel', 'outline'),
        ]
      : []),
    ...((isLearner || (isCenter && referral.packet === 'open')) && !isDraft
      ? [
          link(
            paths.packet,
            isLearner ? 'referrals:show.seePacket' : 'referrals:show.openPacket',
            'outline',
          ),
        ]
      : []),
    ...(isDraft ? [] : [link(paths.handOnReferral, 'referrals:show.handOn', 'outline')]),
    ...report,
  ]
}

/** What an overdue request means for who reads it: the learner may go elsewhere, the center sees what it owes. */
function overdueNote(referral: Referral, isCenter: boolean, { t, href }: Words, now: Date) {
  const overdue = overdueOf(referral, now)
  if (!overdue) return null
  const text = t(`referrals:overdue.${overdue.kind}.${isCenter ? 'center' : 'learner'}`, {
    count: overdue.businessDays,
  })
  if (isCenter) return { text }
  const link =
    overdue.kind === 'late'
      ? {
          href: href(to(paths.center, { id: referral.centerId })),
          text: t('referrals:overdue.call'),
        }
      : {
          href: href(to(paths.handOnReferral, { id: referral.id })),
          text: t('referrals:overdue.another'),
        }
  return { text, link }
}

const packetWord = ({ packet, state }: Referral, isLearner: boolean) => {
  if (state === 'draft') return 'packetDraft'
  if (!isWithCenter(state)) return 'packetSettled'
  if (packet === 'closed') return isOpen(state) ? 'packetClosed' : 'packetEnded'
  return isLearner ? 'packetOpenYours' : 'packetOpen'
}

function facts(
  {
    referral,
    center,
    learnerName,
    isLearner,
  }: Pick<Shown, 'referral' | 'center' | 'learnerName' | 'isLearner'>,
  isCenter: boolean,
  { t, href, dayOfInstant }: Words,
) {
  return [
    {
      term: t('referrals:show.learner'),
      text: learnerName ?? t('referrals:queue.unknownLearner'),
      ...(isCenter && { href: href(to(paths.staffLearner, { id: referral.learnerId })) }),
    },
    {
      term: t('referrals:show.center'),
      text: center?.name ?? referral.centerId,
      href: href(to(paths.center, { id: referral.centerId })),
    },
    { term: t('referrals:show.asked'), text: dayOfInstant(referral.askedAt) },
    { term: t('referrals:show.askedBy'), text: referral.askedBy.name },
    ...(referral.substate
      ? [
          {
            term: t('referrals:show.substate'),
            lines: [
              t(`referrals:substate.${referral.substate}.word`),
              t(`referrals:substate.${referral.substate}.means`),
            ],
          },
        ]
      : []),
    ...(referral.message === undefined
      ? []
      : [{ term: t('referrals:show.message'), text: referral.message }]),
    {
      term: t('referrals:show.packet'),
      text: t(`referrals:show.${packetWord(referral, isLearner)}`),
    },
    { term: t('referrals:show.number'), text: referral.id },
  ]
}
