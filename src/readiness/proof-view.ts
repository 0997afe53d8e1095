import { z } from 'zod'
import { paths } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { evidenceLevels } from '../providers/evidence.js'
import type { Missing, Proof, ProofEvidence, RuleProof } from './proof.js'
import type { Scope } from './rules.js'
import type { Toward } from './toward.js'

type Params = Readonly<Record<string, string | number>>

/** Params in the reader's words: an evidence level is said by its word. */
const said = (params: Params, { t }: Words): Params =>
  typeof params['level'] === 'string'
    ? { ...params, level: t(`common:level.${params['level']}.word`).toLowerCase() }
    : params

/** What a rule asks, in one sentence that every role reads. */
export const ruleLabel = ({ kind, params }: Pick<RuleProof, 'kind' | 'params'>, words: Words) => {
  const byPerson = params['by'] === 'person' ? '-by-person' : ''
  const ownWord = params['own'] === 'yes' ? '-own-word' : ''
  const label = words.t(`readiness:rule.${kind}${byPerson}${ownWord}`, said(params, words))
  const { months } = params
  return kind === 'skill-age' || months === undefined
    ? label
    : words.t('readiness:rule.within', { label, months })
}

/** What else evidence or the next step counts toward, in words. */
const towardText = (toward: Toward, { t }: Words): string =>
  toward.kind === 'course'
    ? t('readiness:toward.course', { course: toward.course, college: toward.collegeName })
    : toward.kind === 'badge'
      ? t('readiness:toward.badge', { name: toward.name })
      : t('readiness:toward.track', { title: toward.title })

const towardLines = ({ toward = [] }: RuleProof, words: Words) =>
  toward.map((one) => towardText(one, words))

/** What is missing and the next step, in the words that every role reads. */
export const missingText = (missing: Missing, words: Words): string =>
  words.t(missing.key, said(missing.params, words))

const titleOf = ({ title, params }: ProofEvidence, { t }: Words) =>
  title.startsWith('readiness:') ? t(title, params) : title

const evidenceAnswer = z.object({
  title: z.string(),
  on: z.string(),
  level: z.enum(evidenceLevels).nullable(),
})

export const proofAnswer = z.object({
  ready: z.boolean(),
  since: z.string().nullable(),
  rulesVersion: z.number(),
  rules: z.array(
    z.object({
      id: z.string(),
      met: z.boolean(),
      rule: z.string(),
      evidence: z.array(evidenceAnswer),
      missing: z.string().nullable(),
      toward: z.array(z.string()),
    }),
  ),
})

/** The proof as JSON. */
export const proofJson = (proof: Proof, words: Words): z.output<typeof proofAnswer> => ({
  ready: proof.ready,
  since: proof.since ?? null,
  rulesVersion: proof.rulesVersion,
  rules: proof.rules.map((rule) => ({
    id: rule.id,
    met: rule.met,
    rule: ruleLabel(rule, words),
    evidence: rule.evidence.map((line) => ({
      title: titleOf(line, words),
      on: line.on,
      level: line.level ?? null,
    })),
    missing: rule.missing ? missingText(rule.missing, words) : null,
    toward: towardLines(rule, words),
  })),
})

/** Where the next step is taken; only the learner is led there. */
const nextPaths: Readonly<Record<string, string>> = {
  noTrack: paths.tracks,
  finishTrack: paths.home,
  finishTrackFirst: paths.home,
  confirmStep: paths.evidence,
  earnBadges: paths.badges,
  confirmBadges: paths.evidence,
  contact: paths.profile,
  agreement: paths.profile,
  resume: paths.profile,
  portfolioNone: paths.profile,
  portfolioCheck: paths.myMentors,
  portfolioCheckAgain: paths.myMentors,
  signOff: paths.myMentors,
  signOffAgain: paths.myMentors,
  practice: paths.ownPractice,
  skillsNone: paths.tracks,
  skillsOld: paths.home,
  credit: paths.credit,
}

const nextOf = (missing: Missing, words: Words) => {
  const name = missing.key.slice('readiness:missing.'.length)
  const path = nextPaths[name]
  return path && { text: words.t(`readiness:next.${name}`), href: words.href(path) }
}

const statement = (proof: Proof, words: Words) => {
  const met = proof.rules.filter((rule) => rule.met).length
  if (proof.since !== undefined)
    return words.t('readiness:statement.ready', { on: words.day(proof.since) })
  return words.t('readiness:statement.notYet', { met, total: proof.rules.length })
}

/** The proof for partials/proof.ejs; `own` adds links to where the learner takes the next step. */
export const proofView = (proof: Proof, words: Words, own = false) => ({
  ready: proof.ready,
  statement: statement(proof, words),
  basis: words.t('readiness:basis', { version: proof.rulesVersion }),
  until:
    proof.until === undefined ? null : words.t('readiness:until', { on: words.day(proof.until) }),
  rules: proof.rules.map((rule) => ({
    id: rule.id,
    label: ruleLabel(rule, words),
    met: rule.met,
    evidence: rule.evidence.map((line) => ({
      text: titleOf(line, words),
      date: line.on,
      on: words.day(line.on),
      ...(line.level && { level: line.level }),
    })),
    toward: towardLines(rule, words),
    ...(rule.missing && {
      missing: missingText(rule.missing, words),
      ...(own && { next: nextOf(rule.missing, words) }),
    }),
  })),
})

/** The proofs under additional rules, each headed by whose they are. */
export const scopedProofViews = (
  scoped: readonly { readonly scope: Scope; readonly proof: Proof }[],
  words: Words,
  own = false,
) =>
  scoped.map(({ scope, proof }) => ({
    ...proofView(proof, words, own),
    heading: words.t(`readiness:scoped.${scope.kind}`, { name: scope.name }),
  }))

/** Readiness in one line, for a page that only points to the proof. */
export const readinessLine = (
  {
    ready,
    readySince,
    rulesMet,
  }: { ready: boolean; readySince?: string; rulesMet: readonly string[] },
  words: Words,
): string =>
  ready && readySince !== undefined
    ? words.t('readiness:line.ready', { on: words.day(readySince) })
    : words.t('readiness:line.notYet', { count: rulesMet.length })
