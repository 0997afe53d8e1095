import { dayOf } from '../calendar.js'
import { neededForCard } from '../cards/card.js'
import { closeRefusal, type Case } from '../caseload/case.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { RecordKind } from '../learners/consent.js'
import { meetingRows } from '../mentoring/meeting-view.js'
import { isLive, type Pairing } from '../mentoring/pairing.js'
import { marksPart } from '../readiness/mark-view.js'
import { proofView } from '../readiness/proof-view.js'
import { resumeLink } from '../resumes/resume-view.js'
import type { OpenedLearner } from './open-learner.js'
import type { Referral } from './referral.js'
import { delayCell, stateTag } from './referral-view.js'
import { trackTitle } from '../tracks/track-view.js'

const referralRow = (referral: Referral, words: Words, now: Date) => ({
  cells: [
    {
      text: words.dayOfInstant(referral.askedAt),
      href: words.href(to(paths.referral, { id: referral.id })),
    },
    { tag: stateTag(referral.state, words) },
    { date: dayOf(referral.since), text: words.dayOfInstant(referral.since) },
    delayCell(referral, words, now),
  ],
})

const pairingRow = (pairing: Pairing, words: Words) => {
  const day = (on: string | undefined) =>
    on === undefined ? null : { date: on, text: words.day(on) }
  return {
    cells: [
      pairing.mentorName,
      day(pairing.startedOn),
      day(pairing.endedOn),
      day(pairing.lastMeetingOn),
      isLive(pairing)
        ? {
            text: words.t('referrals:person.endPairing'),
            href: words.href(to(paths.endPairing, { id: pairing.id })),
          }
        : null,
    ],
  }
}

const recordNames = (covers: readonly RecordKind[], { t }: Words) =>
  covers.map((kind) => t(`referrals:kind.${kind}`)).join(', ')

function facts({ learner, record, proof }: OpenedLearner, words: Words) {
  const { t } = words
  const contact = record?.contact
  return [
    {
      term: t('referrals:person.place'),
      text: learner.place.city || t('centers:center.unknown'),
    },
    ...(proof?.since ? [{ term: t('referrals:person.since'), text: words.day(proof.since) }] : []),
    ...(contact?.email
      ? [
          {
            term: t('referrals:person.email'),
            text: contact.email,
            href: `mailto:${contact.email}`,
          },
        ]
      : []),
    ...(contact?.phone
      ? [{ term: t('referrals:person.phone'), text: contact.phone, href: `tel:${contact.phone}` }]
      : []),
    ...(record?.tracks
      ? [
          {
            term: t('referrals:person.tracks'),
            lines: record.tracks.map(({ track, progress }) =>
              t('referrals:ready.trackPart', {
                title: trackTitle(track, words),
                done: progress.stepsDone,
                total: progress.stepsTotal,
              }),
            ),
          },
        ]
      : []),
  ]
}

/** What staff may do about the case of their center, and under which words. */
const caseActs = (own: Case | undefined) => [
  own
    ? { path: paths.staffCase, word: 'caseload:case.title' }
    : { path: paths.takeOn, word: 'caseload:takeOn.title' },
  ...(own && !closeRefusal(own) ? [{ path: paths.closeCase, word: 'caseload:close.action' }] : []),
  ...(own && !own.isOpen ? [{ path: paths.takeOn, word: 'caseload:close.reopen' }] : []),
]

/** The person page of staff, at one of their centers: consent state first, then what it opens. */
export function personPage(opened: OpenedLearner, words: Words, now: Date, center?: string) {
  const { t, href } = words
  const id = { id: opened.learner.id }
  const isCovered = opened.covers.length > 0
  return {
    name: opened.learner.name,
    isProgram: opened.isProgram,
    isDemonstration: opened.learner.demonstration,
    consent: isCovered
      ? {
          kind: 'success',
          heading: t('referrals:person.consentHeading'),
          text: t('referrals:person.consent', { records: recordNames(opened.covers, words) }),
        }
      : {
          kind: 'info',
          heading: t('referrals:person.noConsentHeading'),
          text: t('referrals:person.noConsent'),
        },
    facts: facts(opened, words),
    proof: opened.proof ? proofView(opened.proof, words) : null,
    links: [
      { term: t('learners:field.portfolio'), url: opened.record?.portfolioUrl },
      { term: t('learners:field.resume'), url: opened.record?.resumeUrl },
    ].filter(({ url }) => url !== undefined),
    resume: resumeLink(opened.learner.id, opened.record?.resumeFile, words),
    marks: opened.record ? marksPart(opened.record, opened.ownMarks, 'staff', words) : null,
    badges: opened.record?.awards?.map((award) => ({
      cells: [
        { text: award.name, href: href(to(paths.badge, { slug: award.badge })) },
        { date: award.awardedOn, text: words.day(award.awardedOn) },
        { level: award.evidenceLevel },
      ],
    })),
    referrals: opened.referrals.map((one) => referralRow(one, words, now)),
    referHref: href(to(paths.staffReferral, id)),
    pairings: opened.pairings.map((pairing) => pairingRow(pairing, words)),
    pairHref: href(to(paths.newPairing, id)),
    meetings: meetingRows(opened.meetings, words),
    noMeetings: t(
      `referrals:person.${opened.covers.includes('progress') ? 'noMeetings' : 'meetingsClosed'}`,
    ),
    gainsHref:
      opened.covers.includes('credential') || opened.hasOwnGains
        ? href(to(paths.skillGains, id))
        : null,
    cardHref: opened.covers.includes(neededForCard)
      ? href(withQuery(to(paths.learnerCard, id), { center }))
      : null,
    caseActs: caseActs(opened.ownCase).map(({ path, word }) => ({
      href: href(withQuery(to(path, id), { center })),
      text: t(word, { name: opened.learner.name }),
      look: 'outline',
    })),
    back: { href: href(paths.readyList), text: t('referrals:person.back') },
  }
}

/** A row of the learners staff look up by name. */
export const foundRow = (
  learner: {
    readonly id: string
    readonly name: string
    readonly place: { readonly city: string }
  },
  { href }: Words,
) => ({
  cells: [
    { text: learner.name, href: href(to(paths.staffLearner, { id: learner.id })) },
    learner.place.city || null,
  ],
})
