import { z } from 'zod'
import { isDay } from '../calendar.js'
import { idText, manyOf, slugText } from '../http/parse.js'
import { evidenceLevels } from '../providers/evidence.js'
import { scopeKinds, type Rule, type Scope } from './rules.js'

const level = z.enum(evidenceLevels)

const upTo = (most: number, message: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,3}$/, message)
    .transform(Number)
    .pipe(z.number().max(most, message))

/** "center:0190…", or nothing for the program itself. */
const scopeText = z
  .union([z.literal(''), z.templateLiteral([z.enum(scopeKinds), ':', idText])])
  .optional()

/** What the rules page may be asked for: whose rules. */
export const rulesQuery = z.strictObject({ scope: scopeText })

/** The rules form: what to ask for, each at most once; 0 stands for "not asked" and "never too old". */
export const rulesForm = z.strictObject({
  scope: scopeText,
  ask: manyOf(z.enum(['track-finished', 'contact', 'agreement', 'resume', 'mentor-sign-off'])),
  trackLevel: z.union([z.literal(''), level]),
  badges: upTo(50, 'readiness:error.count'),
  badgesOf: manyOf(slugText),
  badgesLevel: level,
  portfolio: z.enum(['', 'any', 'person']).prefault(''),
  practice: upTo(50, 'readiness:error.count').prefault('0'),
  ownWord: manyOf(z.literal('yes')),
  skillMonths: upTo(120, 'readiness:error.months').prefault('0'),
  markMonths: upTo(120, 'readiness:error.months').prefault('0'),
  credit: upTo(20, 'readiness:error.count').prefault('0'),
  from: z.string().refine(isDay, 'http:field.notADate'),
})
export type RulesForm = z.output<typeof rulesForm>

const wordRules = ({ ask, portfolio, practice, ownWord, markMonths }: RulesForm): Rule[] => {
  const aged = markMonths > 0 && { months: markMonths }
  return [
    ...(portfolio === ''
      ? []
      : [
          {
            id: 'portfolio',
            kind: 'portfolio',
            ...(portfolio === 'person' && { checkedBy: 'person' as const }),
            ...aged,
          } as const,
        ]),
    ...(ask.includes('mentor-sign-off')
      ? [{ id: 'mentor-sign-off', kind: 'mentor-sign-off', ...aged } as const]
      : []),
    ...(practice === 0
      ? []
      : [
          {
            id: 'interview-practice',
            kind: 'interview-practice',
            count: practice,
            ...(ownWord.includes('yes') && { ownWord: true }),
            ...aged,
          } as const,
        ]),
  ]
}

const evidenceRules = (form: RulesForm, tracks: { tracks?: readonly string[] }): Rule[] => [
  ...(form.ask.includes('track-finished')
    ? [{ id: 'finished-track', kind: 'track-finished', ...tracks } as const]
    : []),
  ...(form.trackLevel === ''
    ? []
    : [
        {
          id: 'confirmed-track',
          kind: 'evidence-level',
          lowestLevel: form.trackLevel,
          ...tracks,
        } as const,
      ]),
  ...(form.badges === 0
    ? []
    : [
        {
          id: 'course-badges',
          kind: 'course-badges',
          count: form.badges,
          lowestLevel: form.badgesLevel,
          ...(form.badgesOf.length > 0 && { badges: [...new Set(form.badgesOf)] }),
        } as const,
      ]),
  ...(form.skillMonths === 0
    ? []
    : [
        {
          id: 'skill-age',
          kind: 'skill-age',
          months: form.skillMonths,
          lowestLevel: form.badgesLevel,
        } as const,
      ]),
  ...(form.credit === 0 ? [] : [{ id: 'credit', kind: 'credit', count: form.credit } as const]),
]

/** The rules that a filled form asks for, in the order the proof shows them; a track's rules are about that track. */
export function rulesOf(form: RulesForm, scope?: Pick<Scope, 'kind' | 'id'>): Rule[] {
  const { ask } = form
  return [
    ...evidenceRules(form, scope?.kind === 'track' ? { tracks: [scope.id] } : {}),
    ...wordRules(form),
    ...(ask.includes('resume') ? [{ id: 'resume', kind: 'resume' } as const] : []),
    ...(ask.includes('contact') ? [{ id: 'contact', kind: 'contact' } as const] : []),
    ...(ask.includes('agreement') ? [{ id: 'program-agreement', kind: 'agreement' } as const] : []),
  ]
}
