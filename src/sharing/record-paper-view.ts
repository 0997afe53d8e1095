import { creditsText, creditTag } from '../credits/credit-view.js'
import type { RecordCredit } from '../credits/record-credit.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { LearnerRecord } from '../learners/record.js'
import { providerOf } from '../providers/evidence.js'
import { proofView } from '../readiness/proof-view.js'
import { stateTag } from '../referrals/referral-view.js'
import type { Paper, PaperCell, PaperPart } from '../drawing/paper.js'

interface Setting {
  readonly baseUrl: string
  readonly program: string
  /** The names of providers by slug. */
  readonly providers: ReadonlyMap<string, string>
}

type Columns = readonly (readonly [label: string, share: number])[]

/** A heading with its table, or with a line that says there is nothing. */
function section(
  heading: string,
  columns: Columns,
  rows: readonly (readonly PaperCell[])[],
  words: Words,
): PaperPart[] {
  return [
    { kind: 'heading', text: heading },
    rows.length === 0
      ? { kind: 'text', text: words.t('sharing:paper.none') }
      : { kind: 'table', columns: columns.map(([label, share]) => ({ label, share })), rows },
  ]
}

const level = (name: string, { t }: Words) => ({ text: t(`common:level.${name}.word`) })

function badgeParts(record: LearnerRecord, { baseUrl }: Setting, words: Words): PaperPart[] {
  const { t } = words
  return section(
    t('learners:record.badges'),
    [
      [t('sharing:paper.badge'), 5],
      [t('sharing:paper.earned'), 2.4],
      [t('learners:record.level'), 2.6],
    ],
    (record.awards ?? []).map((award) => [
      { text: award.name, href: `${baseUrl}${to(paths.credential, { id: award.id })}` },
      { text: words.day(award.awardedOn) },
      level(award.evidenceLevel, words),
    ]),
    words,
  )
}

function trackParts(record: LearnerRecord, words: Words): PaperPart[] {
  const { t } = words
  return section(
    t('learners:record.tracks'),
    [
      [t('learners:record.track'), 4],
      [t('learners:record.progress'), 2],
      [t('learners:record.nextStep'), 3],
      [t('learners:record.finished'), 2.2],
    ],
    (record.tracks ?? []).map(({ track, progress }) => [
      { text: track.title },
      {
        text: t('learners:home.steps', { done: progress.stepsDone, total: progress.stepsTotal }),
      },
      { text: track.steps.find(({ id }) => id === progress.nextStep)?.title ?? '–' },
      { text: progress.finishedOn === undefined ? '–' : words.day(progress.finishedOn) },
    ]),
    words,
  )
}

function creditParts(record: LearnerRecord, words: Words): PaperPart[] {
  const { t } = words
  return section(
    t('learners:record.credits'),
    [
      [t('credits:column.course'), 4],
      [t('credits:column.college'), 3.2],
      [t('credits:column.credits'), 2],
      [t('credits:column.status'), 2.4],
    ],
    (record.credits ?? []).map((line) => [
      { text: line.course, sub: line.courseTitle },
      { text: line.collegeName },
      { text: creditsText(line.credits, line.unit, words) },
      {
        text: creditTag(line.status, words).word,
        ...(creditNote(line, words) !== '' && { sub: creditNote(line, words) }),
      },
    ]),
    words,
  )
}

/** The college's reason, and the number of the signed credential of what it gave. */
const creditNote = ({ reason, claimId, isGiven }: RecordCredit, { t }: Words): string =>
  [reason ?? '', !isGiven ? '' : t('sharing:paper.signedCredit', { id: claimId ?? '' })]
    .filter((part) => part !== '')
    .join(' ')

function proofParts({ proof }: LearnerRecord, words: Words): PaperPart[] {
  if (!proof) return []
  const shown = proofView(proof, words)
  return [
    { kind: 'heading', text: words.t('learners:record.readiness') },
    { kind: 'text', text: shown.statement },
    {
      kind: 'list',
      items: shown.rules.map((rule) => ({
        label: words.t(rule.met ? 'sharing:paper.met' : 'sharing:paper.notMet'),
        text: rule.missing === undefined ? rule.label : `${rule.label} ${rule.missing}`,
      })),
    },
    { kind: 'text', text: shown.basis },
  ]
}

function referralParts(record: LearnerRecord, words: Words): PaperPart[] {
  const { t } = words
  if ((record.referrals ?? []).length === 0) return []
  return section(
    t('learners:record.referrals'),
    [
      [t('learners:record.center'), 5],
      [t('credits:column.status'), 2.4],
      [t('learners:record.since'), 2.6],
    ],
    (record.referrals ?? []).map(({ referral, centerName }) => [
      { text: centerName },
      { text: stateTag(referral.state, words).word },
      { text: words.dayOfInstant(referral.since) },
    ]),
    words,
  )
}

function evidenceParts(record: LearnerRecord, { providers }: Setting, words: Words): PaperPart[] {
  const { t } = words
  return section(
    t('learners:record.evidence'),
    [
      [t('learners:record.fact'), 4.4],
      [t('learners:record.factKind'), 2.2],
      [t('learners:record.earned'), 2.4],
      [t('learners:record.level'), 2.4],
    ],
    [...(record.facts ?? [])]
      .sort((a, b) => b.earnedOn.localeCompare(a.earnedOn) || a.id.localeCompare(b.id))
      .map((fact) => [
        { text: fact.title, sub: providerOf(fact, providers) },
        { text: t(`learners:factKind.${fact.kind}`) },
        { text: words.day(fact.earnedOn) },
        level(fact.level, words),
      ]),
    words,
  )
}

/** A learner's own record as a paper, without how they are reached. */
export function recordPaper(record: LearnerRecord, setting: Setting, words: Words): Paper {
  const { t } = words
  const { name, joinedOn, demonstration } = record.learner
  const on = words.day(record.on)
  const address = `${setting.baseUrl}${words.href(paths.verify)}`
  return {
    language: words.lang,
    title: t('sharing:paper.title', { name }),
    subject: t('sharing:paper.subject'),
    author: setting.program,
    eyebrow: t('sharing:paper.eyebrow', { program: setting.program }),
    heading: name,
    lead: t('sharing:paper.lead', { since: words.day(joinedOn), on }),
    parts: [
      ...(demonstration ? [{ kind: 'text', text: t('sharing:paper.demonstration') } as const] : []),
      ...badgeParts(record, setting, words),
      ...trackParts(record, words),
      ...creditParts(record, words),
      ...proofParts(record, words),
      ...referralParts(record, words),
      ...evidenceParts(record, setting, words),
      { kind: 'heading', text: t('sharing:paper.check') },
      { kind: 'text', text: t('sharing:paper.checkText') },
      { kind: 'text', text: address, href: address },
    ],
    foot: t('sharing:paper.foot', { name, on }),
  }
}
