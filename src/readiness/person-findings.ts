/**
 * The rules that rest on people's word and on what a learner shows: portfolio, sign-off, practice, age of skills, credit.
 * Example: a portfolio checked on 31 January with an age of one month counts up to 28 February.
 */
import type { Day } from '../calendar.js'
import type { Learner } from '../learners/learner.js'
import { isAtLeast, type Fact } from '../providers/evidence.js'
import { met, open, type Finding, type ProofEvidence } from './finding.js'
import { freshMarks, goodUntil, heldSince, type Mark } from './mark.js'
import type { Rule } from './rules.js'

type RuleOf<K extends Rule['kind']> = Extract<Rule, { kind: K }>

/** A credit that a college has granted. */
export interface GrantedCredit {
  readonly course: string
  readonly collegeName: string
  readonly on: Day
}

const line = (mark: Mark, key: string): ProofEvidence => ({
  title: `readiness:evidence.${key}`,
  on: mark.on,
  params: { by: mark.byName },
  ...(mark.byRole === 'learner' && { level: 'self-reported' }),
})

const agedKey = (marks: readonly Mark[], kind: Mark['kind']) =>
  marks.some((mark) => mark.kind === kind) ? 'Again' : ''

/** The link as it is now was opened by somebody, or by the program where that is enough. */
export function portfolioChecked(
  rule: RuleOf<'portfolio'>,
  { portfolioUrl }: Pick<Learner, 'portfolioUrl'>,
  marks: readonly Mark[],
  today: Day,
): Finding {
  if (portfolioUrl === undefined) return open('portfolioNone')
  const about = marks.filter((mark) => mark.kind === 'portfolio' && mark.about === portfolioUrl)
  const enough = about.filter(({ byRole }) => rule.checkedBy === undefined || byRole !== 'program')
  const fresh = freshMarks(enough, 'portfolio', rule.months, today)
  const [first, last] = [fresh[0], fresh.at(-1)]
  if (!first || !last) return open(`portfolioCheck${agedKey(enough, 'portfolio')}`)
  const key = first.byRole === 'program' ? 'portfolioAnswered' : 'portfolioOpened'
  const since = heldSince(enough, 1, rule.months, today)
  return met([line(first, key)], goodUntil(last.on, rule.months), since)
}

/** A mentor has said so, in so many words. */
export function signedOff(
  rule: RuleOf<'mentor-sign-off'>,
  marks: readonly Mark[],
  today: Day,
): Finding {
  const fresh = freshMarks(marks, 'sign-off', rule.months, today)
  const [first, last] = [fresh[0], fresh.at(-1)]
  if (!first || !last) return open(`signOff${agedKey(marks, 'sign-off')}`)
  const given = marks.filter(({ kind }) => kind === 'sign-off')
  const since = heldSince(given, 1, rule.months, today)
  return met([line(first, 'signOff')], goodUntil(last.on, rule.months), since)
}

/** So many talks; the learner's own word counts only where the rule says so. */
export function practised(
  rule: RuleOf<'interview-practice'>,
  marks: readonly Mark[],
  today: Day,
): Finding {
  const counted = marks.filter(
    ({ kind, byRole }) => kind === 'practice' && (rule.ownWord === true || byRole !== 'learner'),
  )
  const fresh = freshMarks(counted, 'practice', rule.months, today)
  const lines = fresh.slice(0, rule.count).map((mark) => line(mark, 'practice'))
  const have = fresh.length
  if (have < rule.count)
    return open('practice', { have, need: rule.count - have, count: rule.count - have }, lines)
  const deciding = fresh.at(-rule.count)
  const since = heldSince(counted, rule.count, rule.months, today)
  return met(lines, deciding && goodUntil(deciding.on, rule.months), since)
}

/** The newest evidence is recent enough: skills that are used. */
export function recentSkills(
  rule: RuleOf<'skill-age'>,
  facts: readonly Fact[],
  today: Day,
): Finding {
  const newest = facts
    .filter(({ level }) => isAtLeast(level, rule.lowestLevel))
    .reduce<Fact | undefined>(
      (last, fact) =>
        last === undefined ||
        fact.earnedOn > last.earnedOn ||
        (fact.earnedOn === last.earnedOn && fact.id > last.id)
          ? fact
          : last,
      undefined,
    )
  if (!newest) return open('skillsNone')
  const evidence = [{ title: newest.title, on: newest.earnedOn, level: newest.level }]
  const until = goodUntil(newest.earnedOn, rule.months)
  return until !== undefined && until >= today
    ? met(evidence, until)
    : open('skillsOld', { months: rule.months }, evidence)
}

/** A college has granted credit so often. */
export function creditGranted(rule: RuleOf<'credit'>, granted: readonly GrantedCredit[]): Finding {
  const lines = [...granted]
    .sort((a, b) => a.on.localeCompare(b.on) || a.course.localeCompare(b.course))
    .slice(0, rule.count)
    .map(({ course, collegeName, on }) => ({ title: `${course}, ${collegeName}`, on }))
  return lines.length >= rule.count
    ? met(lines)
    : open('credit', { need: rule.count - lines.length, count: rule.count - lines.length }, lines)
}
