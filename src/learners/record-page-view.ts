import { creditTag, creditsText, signedPath } from '../credits/credit-view.js'
import type { RecordCredit } from '../credits/record-credit.js'
import { dayOf } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Fact } from '../providers/evidence.js'
import { proofView } from '../readiness/proof-view.js'
import { stateTag } from '../referrals/referral-view.js'
import { kindsInWords } from './consent-view.js'
import { badgeTile } from './home-view.js'
import type { OwnTrack } from './own-tracks.js'
import type { LearnerRecord, NamedReferral } from './record.js'
import { trackTitle } from '../tracks/track-view.js'

/** A record as a page; `own` when the learner reads it. A part the reader may not see is undefined, not empty. */
export function recordPage(record: LearnerRecord, words: Words, own: boolean) {
  const { t } = words
  return {
    heading: own ? t('learners:record.own') : record.learner.name,
    joined: t('learners:record.joined', { on: words.day(record.learner.joinedOn) }),
    asOf: t('learners:record.asOf', { on: words.day(record.on) }),
    covers: kindsInWords(record.covers, words),
    isWhole: own,
    demonstration: record.learner.demonstration,
    contact: record.contact && contactFacts(record, words),
    tracks: record.tracks?.map((track) => trackRow(track, words)),
    proof: record.proof && proofView(record.proof, words, own),
    badges: record.awards?.map((award) =>
      badgeTile(award, words, record.covers.includes('credential')),
    ),
    credits: record.credits?.map((line) => creditRow(line, own, words)),
    evidence: record.facts && byDay(record.facts).map((fact) => factRow(fact, words)),
    referrals: record.referrals?.map((one) => referralRow(one, words)) ?? [],
  }
}

function contactFacts({ contact, portfolioUrl }: LearnerRecord, { t }: Words) {
  if (!contact) return []
  const { email, phone, place } = contact
  const none = t('learners:record.notGiven')
  return [
    { term: t('learners:field.email'), text: email ?? none },
    { term: t('learners:field.phone'), text: phone ?? none },
    {
      term: t('learners:field.place'),
      text: [place.city, place.postalCode].filter(Boolean).join(' ') || none,
    },
    ...(portfolioUrl === undefined
      ? []
      : [{ term: t('learners:field.portfolio'), text: portfolioUrl, href: portfolioUrl }]),
  ]
}

const trackRow = ({ track, progress }: OwnTrack, words: Words) => ({
  cells: [
    { text: trackTitle(track, words), href: words.href(to(paths.track, { slug: track.slug })) },
    {
      progress: {
        value: progress.stepsDone,
        max: progress.stepsTotal,
        text: words.t('learners:home.steps', {
          done: progress.stepsDone,
          total: progress.stepsTotal,
        }),
      },
    },
    track.steps.find(({ id }) => id === progress.nextStep)?.title ?? null,
    progress.finishedOn === undefined
      ? null
      : { date: progress.finishedOn, text: words.day(progress.finishedOn) },
  ],
})

/** A line of credit for a table; its signed file is for the learner. */
const creditRow = (line: RecordCredit, own: boolean, words: Words) => {
  const file = own ? signedPath(line) : undefined
  return {
    cells: [
      { text: line.course, sub: line.courseTitle },
      line.collegeName,
      creditsText(line.credits, line.unit, words),
      {
        tag: creditTag(line.status, words),
        ...(line.reason !== undefined && { sub: line.reason }),
      },
      file === undefined
        ? null
        : { links: [{ href: words.href(file), text: words.t('claims:own.signedShort') }] },
    ],
  }
}

const byDay = (facts: readonly Fact[]) =>
  [...facts].sort((a, b) => b.earnedOn.localeCompare(a.earnedOn) || a.id.localeCompare(b.id))

const factRow = (fact: Fact, words: Words) => ({
  cells: [
    { text: fact.title, sub: fact.providerName ?? fact.provider },
    words.t(`learners:factKind.${fact.kind}`),
    { date: fact.earnedOn, text: words.day(fact.earnedOn) },
    { level: fact.level },
  ],
})

const referralRow = ({ referral, centerName }: NamedReferral, words: Words) => ({
  cells: [
    { text: centerName, href: words.href(to(paths.referral, { id: referral.id })) },
    { tag: stateTag(referral.state, words) },
    { date: dayOf(referral.since), text: words.dayOfInstant(referral.since) },
  ],
})
