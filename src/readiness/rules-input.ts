import { z } from 'zod'
import { isDay } from '../calendar.js'
import { manyOf } from '../http/parse.js'
import { evidenceLevels } from '../providers/evidence.js'
import type { Rule } from './rules.js'

const level = z.enum(evidenceLevels)

/** The rules form: what to ask for, each at most once. */
export const rulesForm = z.strictObject({
  ask: manyOf(z.enum(['track-finished', 'contact', 'agreement'])),
  trackLevel: z.union([z.literal(''), level]),
  badges: z
    .string()
    .trim()
    .regex(/^\d{1,2}$/, 'readiness:error.count')
    .transform(Number)
    .pipe(z.number().max(50, 'readiness:error.count')),
  badgesLevel: level,
  from: z.string().refine(isDay, 'http:field.notADate'),
})
export type RulesForm = z.output<typeof rulesForm>

/** The rules that a filled form asks for, in the order the proof shows them. */
export const rulesOf = ({ ask, trackLevel, badges, badgesLevel }: RulesForm): Rule[] => [
  ...(ask.includes('track-finished')
    ? [{ id: 'finished-track', kind: 'track-finished' } as const]
    : []),
  ...(trackLevel === ''
    ? []
    : [{ id: 'confirmed-track', kind: 'evidence-level', lowestLevel: trackLevel } as const]),
  ...(badges === 0
    ? []
    : [
        {
          id: 'course-badges',
          kind: 'course-badges',
          count: badges,
          lowestLevel: badgesLevel,
        } as const,
      ]),
  ...(ask.includes('contact') ? [{ id: 'contact', kind: 'contact' } as const] : []),
  ...(ask.includes('agreement') ? [{ id: 'program-agreement', kind: 'agreement' } as const] : []),
]
