import type { Paper, PaperCell, PaperPart } from '../drawing/paper.js'
import type { Words } from '../http/words.js'
import type { PacketView } from './packet-view.js'

const list = (lines: readonly { readonly term: string; readonly text: string }[]): PaperPart[] =>
  lines.length === 0
    ? []
    : [{ kind: 'list', items: lines.map(({ term, text }) => ({ label: term, text })) }]

function table(
  heading: string,
  columns: readonly (readonly [string, number])[],
  rows: readonly (readonly PaperCell[])[],
  none: string,
): PaperPart[] {
  return [
    { kind: 'heading', text: heading },
    rows.length === 0
      ? { kind: 'text', text: none }
      : { kind: 'table', columns: columns.map(([label, share]) => ({ label, share })), rows },
  ]
}

/** The packet as a paper to print or keep: the same parts in the same words as the page. */
export function packetPaper(view: PacketView, program: string, words: Words): Paper {
  const { t } = words
  const none = t('packet:none')
  const dash = (text: string | null) => ({ text: text ?? '–' })
  return {
    language: words.lang,
    title: t('packet:title', { name: view.name }),
    subject: t('packet:subject'),
    author: program,
    eyebrow: t('packet:eyebrow', { program }),
    heading: view.name,
    lead: t('packet:lead', { at: view.preparedOn }),
    parts: [
      ...(view.isDemonstration
        ? [{ kind: 'text', text: t('sharing:paper.demonstration') } as const]
        : []),
      { kind: 'heading', text: t('packet:heading.person') },
      ...list(view.person),
      { kind: 'heading', text: t('packet:heading.stated') },
      { kind: 'text', text: t('packet:statedNote') },
      ...list(view.stated),
      { kind: 'heading', text: t('packet:heading.proof') },
      { kind: 'text', text: view.proof.statement },
      {
        kind: 'list',
        items: view.proof.rules.map((rule) => ({
          label: t(rule.met ? 'sharing:paper.met' : 'sharing:paper.notMet'),
          text: rule.missing === undefined ? rule.label : `${rule.label} ${rule.missing}`,
        })),
      },
      ...table(
        t('packet:heading.badges'),
        [
          [t('packet:column.badge'), 4.4],
          [t('packet:column.kind'), 2],
          [t('packet:column.on'), 2.2],
          [t('packet:column.level'), 2.6],
        ],
        view.badges.map((one) => [
          { text: one.name, href: one.href },
          { text: one.kind },
          { text: one.on },
          { text: one.levelWord },
        ]),
        none,
      ),
      ...table(
        t('packet:heading.tracks'),
        [
          [t('packet:column.track'), 4],
          [t('packet:column.progress'), 2.4],
          [t('packet:column.hours'), 1.4],
          [t('packet:column.occupation'), 2],
          [t('packet:column.finished'), 2.2],
        ],
        view.tracks.map((one) => [
          { text: one.title },
          { text: one.progress },
          dash(one.hours),
          dash(one.occupation),
          dash(one.finished),
        ]),
        none,
      ),
      ...table(
        t('packet:heading.credits'),
        [
          [t('packet:column.course'), 4],
          [t('packet:column.college'), 3.2],
          [t('packet:column.amount'), 2],
          [t('packet:column.status'), 2],
        ],
        view.credits.map((one) => [
          { text: one.course },
          { text: one.college },
          { text: one.amount },
          { text: one.status },
        ]),
        none,
      ),
      ...table(
        t('packet:heading.evidence'),
        [
          [t('packet:column.fact'), 4.4],
          [t('packet:column.on'), 2.2],
          [t('packet:column.level'), 2.6],
        ],
        view.evidence.map((one) => [
          { text: one.title, sub: one.source },
          { text: one.on },
          { text: one.levelWord },
        ]),
        none,
      ),
      { kind: 'heading', text: t('packet:heading.ground') },
      ...list(view.ground),
      { kind: 'text', text: t('packet:decides') },
    ],
    foot: t('packet:foot', { name: view.name, at: view.preparedOn }),
  }
}
