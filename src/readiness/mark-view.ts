import type { Day } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { LearnerRecord } from '../learners/record.js'
import { practiceKinds, type Mark, type MarkKind, type MarkRole } from './mark.js'
import { proofView, scopedProofViews } from './proof-view.js'

export const practiceChoices = ({ t }: Words) =>
  practiceKinds.map((value) => ({ value, label: t(`readiness:practiceKind.${value}`) }))

/** A mark as facts: what, when, by whom. */
export const markRow = (mark: Mark, { t, day }: Words) => [
  { term: t('readiness:mark.what'), text: t(`readiness:mark.${mark.kind}.word`) },
  { term: t('readiness:mark.on'), text: day(mark.on) },
  { term: t('readiness:mark.by'), text: mark.byName },
  {
    term: t('readiness:mark.about'),
    text: mark.kind === 'practice' ? t(`readiness:practiceKind.${mark.about}`) : mark.about || '–',
  },
]

/** What somebody who may say something of a learner is shown before they do. */
export function markPage(
  record: LearnerRecord,
  kind: MarkKind,
  part: MarkRole,
  today: Day,
  words: Words,
) {
  const back = part === 'mentor' ? paths.mentorLearner : paths.staffLearner
  return {
    kind,
    lead: words.t(`readiness:mark.${kind}.lead`),
    today,
    from: record.learner.joinedOn,
    kinds: practiceChoices(words),
    url: kind === 'portfolio' ? (record.portfolioUrl ?? null) : null,
    proof: kind === 'sign-off' && record.proof ? proofView(record.proof, words) : null,
    back: { href: words.href(to(back, { id: record.learner.id })), text: record.learner.name },
  }
}

/** The marks on a person page, the reader's own with a way to take them back; and where new ones are given. */
export function marksPart(
  record: LearnerRecord,
  own: readonly Mark[],
  part: 'mentor' | 'staff',
  words: Words,
) {
  const { t, href } = words
  const known = new Map([...(record.marks ?? []), ...own].map((mark) => [mark.id, mark]))
  const isOwn = (mark: Mark) => own.some(({ id: one }) => one === mark.id)
  const id = { id: record.learner.id }
  const link = (path: string, key: string) => ({ href: href(to(path, id)), text: t(key) })
  return {
    rows: [...known.values()].toReversed().map((mark) => ({
      cells: [
        t(`readiness:mark.${mark.kind}.word`),
        { date: mark.on, text: words.day(mark.on) },
        mark.byName,
        isOwn(mark)
          ? {
              text: t('readiness:takeBack.title'),
              href: href(to(paths.takeBackMark, { ...id, mark: mark.id })),
            }
          : null,
      ],
    })),
    links: [
      ...(part === 'mentor' ? [link(paths.signOff, 'readiness:mark.sign-off.action')] : []),
      link(paths.logPractice, 'readiness:mark.practice.action'),
      ...(record.portfolioUrl === undefined
        ? []
        : [link(paths.checkPortfolio, 'readiness:mark.portfolio.action')]),
    ],
    scoped: scopedProofViews(record.scoped ?? [], words),
  }
}
