import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { changesOf, comparedFields, type ComparedField } from './agreement-diff.js'
import type { Agreement } from './agreement.js'
import { badgesText, creditsText } from '../credits/credit-view.js'
import type { EffectCount } from './effect-store.js'
import { effects } from './effect.js'
import type { Affected } from './list-affected.js'
import {
  mayAmend,
  proposalStates,
  stepsOf,
  versionOf,
  type Proposal,
  type ProposalState,
  type Reviewer,
  type Standing,
  type TrailEntry,
} from './proposal.js'

/** A proposal for outside tools. The internal note stays at the college. */
export const proposalAnswer = z.object({
  id: z.string(),
  series: z.string(),
  version: z.number(),
  state: z.enum(proposalStates),
  revision: z.number(),
  college: z.object({ id: z.string(), name: z.string() }),
  proposedBy: z.string(),
  course: z.string(),
  credits: z.number(),
  unit: z.string(),
  badges: z.array(z.string()),
  from: z.string(),
  to: z.string().nullable(),
  retired: z.boolean(),
  reviewers: z.array(z.object({ id: z.string(), name: z.string(), approved: z.boolean() })),
  steps: z.array(z.string()),
})

export const proposalJson = (
  proposal: Proposal,
  who: Standing,
): z.output<typeof proposalAnswer> => ({
  id: proposal.id,
  series: proposal.series,
  version: proposal.version,
  state: proposal.state,
  revision: proposal.revision,
  college: { id: proposal.collegeId, name: proposal.collegeName },
  proposedBy: proposal.proposedBy.name,
  course: proposal.terms.course,
  credits: proposal.terms.credits,
  unit: proposal.terms.unit,
  badges: [...proposal.terms.badges.of],
  from: proposal.terms.from,
  to: proposal.terms.to ?? null,
  retired: proposal.terms.retired === true,
  reviewers: proposal.reviewers.map(({ accountId, name }) => ({
    id: accountId,
    name,
    approved: proposal.approvals.includes(accountId),
  })),
  steps: stepsOf(proposal, who),
})

const tones: Readonly<Record<ProposalState, string>> = {
  proposed: 'info',
  review: 'wait',
  approved: 'info',
  published: 'good',
  refused: 'stop',
  withdrawn: 'plain',
}

export const proposalTag = (state: ProposalState, { t }: Words, defined = false) => ({
  word: t(`agreements:proposalState.${state}.word`),
  tone: tones[state],
  ...(defined && { definition: t(`agreements:proposalState.${state}.means`) }),
})

/** A row of the list of proposals. */
export const proposalRow = (proposal: Proposal, words: Words) => ({
  cells: [
    {
      text: `${proposal.terms.course} ${proposal.terms.courseTitle}`,
      href: words.href(to(paths.proposal, { id: proposal.id })),
      sub: words.t(proposal.terms.retired ? 'agreements:proposal.ends' : 'agreements:version', {
        version: proposal.version,
      }),
    },
    proposal.collegeName,
    proposal.proposedBy.name,
    { tag: proposalTag(proposal.state, words) },
    { date: proposal.changedAt.toISOString(), text: words.time(proposal.changedAt) },
  ],
})

/** What an agreement says in one field, in words; undefined for nothing. */
function fieldText(
  agreement: Agreement | undefined,
  field: ComparedField,
  names: ReadonlyMap<string, string>,
  words: Words,
): string | undefined {
  if (!agreement) return undefined
  const { t } = words
  switch (field) {
    case 'credits':
      return creditsText(agreement.credits, agreement.unit, words)
    case 'badges':
      return badgesText(agreement, names, words)
    case 'lowestLevel':
      return t(`common:level.${agreement.lowestLevel}.word`)
    case 'maxAgeMonths':
      return agreement.maxAgeMonths === undefined
        ? undefined
        : t('agreements:months', { count: agreement.maxAgeMonths })
    case 'fills':
      return t(`credits:fills.${agreement.fills}`)
    case 'mayShareBadges':
      return t(`agreements:share.${agreement.mayShareBadges ? 'yes' : 'no'}`)
    case 'advisory':
      return t(`agreements:force.${agreement.advisory ? 'advisory' : 'binding'}`)
    case 'retired':
      return agreement.retired
        ? t('agreements:retiredFrom', { from: words.day(agreement.from) })
        : undefined
    case 'from':
    case 'to': {
      const day = agreement[field]
      return day === undefined ? undefined : words.day(day)
    }
    default:
      return agreement[field]
  }
}

const trailTones: Readonly<Record<TrailEntry['kind'], string>> = {
  proposed: 'info',
  amended: 'info',
  route: 'wait',
  approve: 'good',
  refuse: 'stop',
  publish: 'good',
  withdraw: 'stop',
}

const trailView = (trail: readonly TrailEntry[], { t, time }: Words) =>
  trail.map((entry, index) => ({
    word: t(`agreements:trail.${entry.kind}`, { revision: entry.revision }),
    who: `${entry.byName}, ${entry.byOrganization}`,
    on: time(entry.at),
    date: entry.at.toISOString(),
    tone: trailTones[entry.kind],
    text: [
      entry.reviewers ? t('agreements:trail.reviewers', { names: entry.reviewers.join(', ') }) : '',
      entry.reason ?? '',
    ]
      .filter((text) => text !== '')
      .join(' · '),
    ...(index === trail.length - 1 && { current: true }),
  }))

export interface ShownProposal {
  readonly proposal: Proposal
  readonly who: Standing
  /** The newest version published so far. */
  readonly current: Agreement | undefined
  readonly effect: EffectCount | undefined
  readonly staff: readonly Reviewer[]
  readonly names: ReadonlyMap<string, string>
}

/** The page of one proposal: what would change, whom it touches, who reviews it, what may be done now. */
export function proposalPageView(shown: ShownProposal, words: Words) {
  const { proposal, who, current, staff, names } = shown
  const { t, href } = words
  const next = versionOf(proposal)
  const steps = stepsOf(proposal, who)
  const at = (path: string) => href(to(path, { id: proposal.id }))
  return {
    id: proposal.id,
    heading: `${next.course} ${next.courseTitle}`,
    college: proposal.collegeName,
    tag: proposalTag(proposal.state, words, true),
    demonstration: proposal.demonstration,
    isFirst: current === undefined,
    isRetirement: next.retired === true,
    why: proposal.why,
    changes: changesOf(current, next)
      .filter(({ field }) => who.isCollege || field !== 'internalNote')
      .map(({ field, before, after }) => ({
        cells: [
          t(`agreements:field.${field}`),
          ...(current ? [fieldText(before, field, names, words) ?? null] : []),
          fieldText(after, field, names, words) ?? null,
        ],
      })),
    revision: proposal.revision,
    reviewers: proposal.reviewers.map(({ accountId, name }) => ({
      cells: [
        name,
        proposal.approvals.includes(accountId)
          ? { tag: { word: t('agreements:proposal.approved'), tone: 'good' } }
          : { tag: { word: t('agreements:proposal.notYet'), tone: 'wait' } },
      ],
    })),
    trail: trailView(proposal.trail, words),
    steps: steps.map((step) => ({ value: step, label: t(`agreements:step.${step}`) })),
    canRoute: steps.includes('route'),
    staff: staff.map(({ accountId, name }) => ({ value: accountId, label: name })),
    chosen: proposal.reviewers.map(({ accountId }) => accountId),
    amendHref: mayAmend(proposal, who) && !next.retired ? at(paths.amendProposal) : undefined,
    learnersHref: who.isCollege ? at(paths.proposalLearners) : undefined,
    effect: effectView(shown, words),
    agreementHref:
      proposal.state === 'published' && !next.retired ? at(paths.publicAgreement) : undefined,
  }
}

function effectView({ effect }: ShownProposal, { t, number, day }: Words) {
  if (!effect) return undefined
  const isDone = effect.state === 'done'
  return {
    isDone,
    on: t('agreements:effect.on', { day: day(effect.on) }),
    stats: effects.map((kind) => ({
      value: isDone
        ? number(effect.counts[kind])
        : t('agreements:effect.atLeast', { number: number(effect.counts[kind]) }),
      label: t(`agreements:effect.${kind}`),
    })),
    progress: {
      value: Math.min(effect.looked, effect.total),
      max: Math.max(effect.total, 1),
      text: t('agreements:effect.progress', {
        looked: number(effect.looked),
        total: number(effect.total),
      }),
    },
  }
}

/** Learners whom a proposal touches, for the college. */
export const affectedRow = ({ name, effect }: Affected, { t }: Words) => ({
  cells: [
    name,
    { text: t(`agreements:effect.${effect}`), sub: t(`agreements:effectMeans.${effect}`) },
  ],
})

/** An agreement in full as a list of terms, for its own page. */
export const agreementFacts = (
  agreement: Agreement,
  names: ReadonlyMap<string, string>,
  words: Words,
) =>
  comparedFields
    .filter((field) => field !== 'internalNote' && field !== 'course' && field !== 'courseTitle')
    .map((field) => ({
      term: words.t(`agreements:field.${field}`),
      text: fieldText(agreement, field, names, words),
    }))
    .filter(({ text }) => text !== undefined && text !== '')
