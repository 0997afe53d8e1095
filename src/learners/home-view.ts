import { whenText } from '../appointments/appointment.js'
import { unseenNote } from '../appointments/unseen-view.js'
import { creditTag, creditsText, totalText } from '../credits/credit-view.js'
import { givenTotal, openTotal } from '../credits/record-credit.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { readinessLine } from '../readiness/proof-view.js'
import { isOpen } from '../referrals/referral.js'
import { stateTag } from '../referrals/referral-view.js'
import { disclosureSentence } from './consent-view.js'
import { firstName, type TrackSummary } from './learner.js'
import type { LearnerHome } from './read-home.js'
import type { NamedAward } from './record.js'
import { trackTitle } from '../tracks/track-view.js'

const shownBadges = 6

/** The learner's start page as plain data: the next step first. */
export function homeView(home: LearnerHome, words: Words) {
  const { t } = words
  const { learner, awards } = home
  const { summary } = learner
  const isNew = awards.length === 0
  return {
    heading: t('learners:home.hello', { name: firstName(learner.name) }),
    lead: isNew ? t('learners:home.leadNew') : t('learners:home.lead', { count: awards.length }),
    offer: home.offer ? offerView(home.offer, words) : null,
    notes: home.unseen.map((one) => unseenNote(one, one.centerName, words)),
    next: nextView(home, words),
    isNew,
    tracks: summary.tracks.map((track) => trackRow(track, words)),
    tracksHref: words.href(paths.tracks),
    badges: awards
      .toReversed()
      .slice(0, shownBadges)
      .map((award) => badgeTile(award, words)),
    badgeCount: t('learners:home.badgeCount', { count: awards.length }),
    recordHref: words.href(paths.record),
    evidenceHref: words.href(paths.evidence),
    takeHref: words.href(paths.takeRecord),
    readiness: {
      line: readinessLine(summary, words),
      tag: {
        word: t(`common:status.${summary.ready ? 'ready' : 'not-ready'}.word`),
        tone: summary.ready ? 'good' : 'plain',
      },
      href: words.href(paths.readiness),
    },
    credit: creditView(home, words),
    mentors: home.mentors.map(({ mentorName, startedOn }) =>
      t('learners:home.mentor', { name: mentorName, since: words.day(startedOn) }),
    ),
    mentorsHref: words.href(paths.myMentors),
    referrals: home.referrals.toReversed().map(({ referral, centerName }) => ({
      center: centerName,
      href: words.href(to(paths.referral, { id: referral.id })),
      tag: stateTag(referral.state, words),
    })),
    centersHref: words.href(paths.centers),
    looks: home.looks.map((row) => ({
      text: disclosureSentence(row, words),
      date: row.at.toISOString(),
      on: words.time(row.at),
    })),
    looksHref: words.href(paths.disclosures),
  }
}

/** Which next step is shown: the one that brings the person on most now. */
type NextKind = 'first' | 'hand-over' | 'follow' | 'step' | 'readiness' | 'choose-track'

type Standing = Pick<LearnerHome, 'learner' | 'referrals'> & {
  readonly awards: { readonly length: number }
}

/** The first lesson for who has nothing yet; the center for who is ready; else the next step of the path. */
function nextKind({ learner, awards, referrals }: Standing): NextKind {
  const { summary } = learner
  const isOut = referrals.some(({ referral }) => isOpen(referral.state))
  if (awards.length === 0 && summary.facts === 0) return 'first'
  if (summary.ready) return isOut ? 'follow' : 'hand-over'
  if (summary.stuckOn) return 'step'
  return summary.tracks.length === 0 ? 'choose-track' : 'readiness'
}

/** The next step in words. */
export function nextWords(standing: Standing, { t }: Words) {
  const kind = nextKind(standing)
  const { stuckOn, tracks } = standing.learner.summary
  const track = tracks.find(({ slug }) => slug === stuckOn?.track)
  const params = { step: stuckOn?.stepTitle ?? '', track: track?.title ?? '' }
  return {
    kind,
    track,
    params,
    heading: t(`learners:next.${kind}.heading`, params),
    text: t(`learners:next.${kind}.text`, {
      ...params,
      count: track ? track.total - track.done : 0,
    }),
  }
}

function nextView(home: LearnerHome, words: Words) {
  const { t } = words
  const { kind, track, params, heading, text } = nextWords(home, words)
  const { stuckOn } = home.learner.summary
  const hrefs: Readonly<Record<NextKind, string>> = {
    first: words.href(track ? to(paths.track, { slug: track.slug }) : paths.tracks),
    'hand-over': words.href(paths.centers),
    follow: words.href(paths.referrals),
    step:
      stuckOn?.courseUrl ??
      words.href(track ? to(paths.track, { slug: track.slug }) : paths.tracks),
    readiness: words.href(paths.readiness),
    'choose-track': words.href(paths.tracks),
  }
  return {
    heading,
    text,
    action: { href: hrefs[kind], text: t(`learners:next.${kind}.action`, params) },
    ...(kind === 'first' && {
      secondary: { href: words.href(paths.evidence), text: t('learners:next.first.secondary') },
    }),
    ...(kind === 'step' && {
      secondary: { href: words.href(paths.evidence), text: t('learners:next.step.secondary') },
      ...(track && { progress: progressOf(track, words) }),
    }),
  }
}

/** A place to be taken or let go before its time is over: nothing else is as pressing. */
function offerView(
  { slot, booking, answerBy, centerName }: NonNullable<LearnerHome['offer']>,
  { t, href, lang }: Words,
) {
  const until = whenText(answerBy, slot.zone, lang)
  const { id } = booking
  return {
    id: 'offer-heading',
    eyebrow: t('learners:next.offer.eyebrow'),
    heading: t('learners:next.offer.heading', { when: whenText(slot.startsAt, slot.zone, lang) }),
    text: t('learners:next.offer.text', { center: centerName, until }),
    action: { href: href(to(paths.takeOffer, { id })), text: t('learners:next.offer.action') },
    secondary: {
      href: href(to(paths.cancelAppointment, { id })),
      text: t('learners:next.offer.secondary'),
    },
  }
}

const progressOf = (track: TrackSummary, words: Words) => {
  const { done, total } = track
  return {
    value: done,
    max: total,
    text: words.t('learners:home.steps', { done, total }),
    label: words.t('learners:home.stepsOf', { track: trackTitle(track, words), done, total }),
  }
}

const trackRow = (track: TrackSummary, words: Words) => ({
  title: trackTitle(track, words),
  href: words.href(to(paths.track, { slug: track.slug })),
  progress: progressOf(track, words),
  ...(track.finishedOn !== undefined && {
    finished: words.t('learners:home.finished', { on: words.day(track.finishedOn) }),
  }),
})

/** One badge for partials/badge-tile.ejs; for whoever may see the credential it leads there, else to what the badge is. */
export const badgeTile = (award: NamedAward, words: Words, toCredential = true) => ({
  title: award.name,
  href: words.href(
    toCredential ? to(paths.credential, { id: award.id }) : to(paths.badge, { slug: award.badge }),
  ),
  kind: award.kind === 'other' ? ('course' as const) : award.kind,
  earned: true,
  on: words.day(award.awardedOn),
  date: award.awardedOn,
  level: award.evidenceLevel,
})

const shownCredits = 3

function creditView({ credits }: LearnerHome, words: Words) {
  const open = openTotal(credits)
  const given = givenTotal(credits)
  return {
    href: words.href(paths.credit),
    crosswalkHref: words.href(paths.crosswalk),
    ...(open.length > 0 && {
      worth: words.t('learners:home.worth', { total: totalText(open, words) }),
    }),
    ...(given.length > 0 && {
      given: words.t('learners:home.given', { total: totalText(given, words) }),
    }),
    lines: credits.slice(0, shownCredits).map((line) => ({
      course: `${line.course} ${line.courseTitle}`,
      college: line.collegeName,
      credits: creditsText(line.credits, line.unit, words),
      tag: creditTag(line.status, words),
    })),
  }
}
