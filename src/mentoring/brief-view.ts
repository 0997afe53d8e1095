import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { marksPart } from '../readiness/mark-view.js'
import { resumeLink } from '../resumes/resume-view.js'
import { proofView } from '../readiness/proof-view.js'
import { meetingRows, readersText } from './meeting-view.js'
import type { OpenedMentee } from './open-mentee.js'
import { trackTitle } from '../tracks/track-view.js'

/** The learner brief for the page. */
export function briefPage(
  { pairing, record, ownMarks, meetings, nudges, contact, nudgedToday }: OpenedMentee,
  words: Words,
) {
  const { t, href } = words
  const id = { id: pairing.learnerId }
  const rows = meetingRows(meetings, words)
  return {
    name: record.learner.name,
    since: t('mentoring:brief.since', { day: words.day(pairing.startedOn) }),
    isDemonstration: record.learner.demonstration,
    quiet: contact.isQuiet ? t('mentoring:brief.quiet', { count: contact.days }) : null,
    allows: pairing.allows.map((kind) => t(`mentoring:allows.${kind}`)),
    tracks: record.tracks?.map(({ track, progress }) => ({
      title: trackTitle(track, words),
      progress: {
        value: progress.stepsDone,
        max: Math.max(progress.stepsTotal, 1),
        text: t('mentoring:brief.steps', { done: progress.stepsDone, count: progress.stepsTotal }),
        label: trackTitle(track, words),
      },
      next: track.steps.find(({ id: step }) => step === progress.nextStep)?.title ?? null,
    })),
    proof: record.proof ? proofView(record.proof, words) : null,
    portfolioUrl: record.portfolioUrl ?? null,
    resumeUrl: record.resumeUrl ?? null,
    resume: resumeLink(record.learner.id, record.resumeFile, words),
    marks: marksPart(record, ownMarks, 'mentor', words),
    badges: record.awards
      ?.slice(-10)
      .reverse()
      .map((award) => ({
        cells: [
          { text: award.name, href: href(to(paths.badge, { slug: award.badge })) },
          { date: award.awardedOn, text: words.day(award.awardedOn) },
          { level: award.evidenceLevel },
        ],
      })),
    contact: record.contact?.email
      ? [
          {
            term: t('mentoring:brief.email'),
            text: record.contact.email,
            href: `mailto:${record.contact.email}`,
          },
        ]
      : [],
    meetings: rows.map(({ cells }, index) => ({
      cells: [...cells, meetings[index] ? readersText(meetings[index], words) : null],
    })),
    nudges: nudges.map(({ on, text }) => ({ cells: [{ date: on, text: words.day(on) }, text] })),
    nudgedToday,
    meetingHref: href(to(paths.newMeeting, id)),
    nudgeHref: href(to(paths.newNudge, id)),
    back: { href: href(paths.mentor), text: t('mentoring:mentees.title') },
  }
}
