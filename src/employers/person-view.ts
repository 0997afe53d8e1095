import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { LearnerRecord } from '../learners/record.js'
import { resumeLink } from '../resumes/resume-view.js'
import { proofView, scopedProofViews } from '../readiness/proof-view.js'
import { trackTitle } from '../tracks/track-view.js'
import type { ConsentingLearner } from './list-consenting.js'

/** A learner in the employer's list; readiness only where progress is shared. */
export const consentingRow = ({ learner, covers, expiresOn }: ConsentingLearner, words: Words) => {
  const { ready, readySince } = learner.summary
  const state = words.t(ready ? 'common:status.ready.word' : 'common:status.not-ready.word')
  return {
    cells: [
      {
        text: learner.name,
        href: words.href(to(paths.employerLearner, { id: learner.id })),
      },
      covers.has('progress') ? { tag: { word: state, tone: ready ? 'good' : 'wait' } } : null,
      covers.has('progress') && readySince !== undefined
        ? { date: readySince, text: words.day(readySince) }
        : null,
      { date: expiresOn, text: words.day(expiresOn) },
    ],
  }
}

const csvKeys = ['id', 'name', 'ready', 'since', 'until'] as const

export const consentingColumns = ({ t }: Words) =>
  csvKeys.map((key) => ({ key, header: t(`employers:column.${key}`) }))

/** The same row for the export. */
export const consentingCsvRow = (
  { learner, covers, expiresOn }: ConsentingLearner,
  { t }: Words,
): Record<(typeof csvKeys)[number], string> => {
  const { ready, readySince } = learner.summary
  const state = t(ready ? 'common:status.ready.word' : 'common:status.not-ready.word')
  return {
    id: learner.id,
    name: learner.name,
    ready: covers.has('progress') ? state : '',
    since: (covers.has('progress') && readySince) || '',
    until: expiresOn,
  }
}

/** Ways to reach the learner and their tracks, as far as either is shared. */
function factsIn({ contact, tracks }: LearnerRecord, words: Words) {
  const { t } = words
  const reach = [
    { term: t('referrals:person.email'), text: contact?.email, link: 'mailto:' },
    { term: t('referrals:person.phone'), text: contact?.phone, link: 'tel:' },
  ]
  const lines = tracks?.map(({ track, progress }) =>
    t('referrals:ready.trackPart', {
      title: trackTitle(track, words),
      done: progress.stepsDone,
      total: progress.stepsTotal,
    }),
  )
  return [
    ...(contact ? [{ term: t('referrals:person.place'), text: contact.place.city }] : []),
    ...reach.flatMap(({ term, text, link }) => (text ? [{ term, text, href: link + text }] : [])),
    ...(lines ? [{ term: t('referrals:person.tracks'), lines }] : []),
  ]
}

/** One learner as the employer may see them. What is not shared is left out, and said to be. */
export function personPage(record: LearnerRecord, words: Words) {
  const { t, href } = words
  const names = record.covers.map((kind) => t(`referrals:kind.${kind}`)).join(', ')
  return {
    name: record.learner.name,
    isDemonstration: record.learner.demonstration,
    shares: t('employers:person.shares', { records: names }),
    facts: factsIn(record, words),
    proof: record.proof ? proofView(record.proof, words) : null,
    scoped: scopedProofViews(record.scoped ?? [], words),
    links: [
      { term: t('learners:field.portfolio'), url: record.portfolioUrl },
      { term: t('learners:field.resume'), url: record.resumeUrl },
    ].filter(({ url }) => url !== undefined),
    resume: resumeLink(record.learner.id, record.resumeFile, words),
    badges: record.awards?.map((award) => ({
      cells: [
        { text: award.name, href: href(to(paths.badge, { slug: award.badge })) },
        { date: award.awardedOn, text: words.day(award.awardedOn) },
        { level: award.evidenceLevel },
      ],
    })),
    back: { href: href(paths.employerLearners), text: t('employers:people.title') },
  }
}
