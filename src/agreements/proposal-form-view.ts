import type { Organization } from '../access/organization.js'
import type { Badge } from '../badges/badge.js'
import type { Words } from '../http/words.js'
import { evidenceLevels } from '../providers/evidence.js'
import { creditUnits, type Agreement } from './agreement.js'
import type { Course } from './course.js'
import { badgeFields } from './proposal-input.js'
import type { Terms } from './proposal.js'

/** What a form for the terms of an agreement is filled with and chooses from. */
export interface TermsChoice {
  readonly college: Pick<Organization, 'id' | 'name'>
  readonly courses: readonly Course[]
  readonly badges: readonly Pick<Badge, 'slug' | 'name' | 'skills'>[]
  readonly terms?: Partial<Terms> | undefined
  readonly series?: string | undefined
  readonly isCollege: boolean
  readonly why?: string | undefined
}

const option = (value: string, label: string) => ({ value, label })

const courseLabel = ({ code, title }: Course) => (title === undefined ? code : `${code} ${title}`)

/** The fields of the form, each for partials/field.ejs, in groups with a heading. */
export function termsFieldsView(choice: TermsChoice, typed: unknown, { t }: Words) {
  const { terms = {}, isCollege, why } = choice
  const typedBadges = (typed as { badges?: unknown }).badges
  const badges = Array.isArray(typedBadges) ? (typedBadges as string[]) : (terms.badges?.of ?? [])
  const label = (name: string) => t(`agreements:form.${name}`)
  const select = (
    name: string,
    options: readonly { value: string; label: string }[],
    value?: string,
  ) => ({
    name,
    type: 'select',
    label: label(name),
    required: true,
    prompt: t('agreements:form.choose'),
    options,
    value: value ?? '',
  })
  const line = (name: string, value: string | number | undefined, more: object = {}) => ({
    name,
    label: label(name),
    value: value ?? '',
    ...more,
  })
  const hint = (name: string) => ({ hint: t(`agreements:formHint.${name}`) })
  return {
    course: [
      select(
        'course',
        choice.courses
          .filter(({ status }) => status === 'offered')
          .map((course) => option(course.code, courseLabel(course))),
        terms.course,
      ),
      line('credits', terms.credits, {
        type: 'text',
        inputmode: 'decimal',
        short: true,
        required: true,
      }),
      select(
        'unit',
        creditUnits.map((unit) => option(unit, t(`credits:unit.${unit}`))),
        terms.unit,
      ),
      select(
        'fills',
        (['requirement', 'elective'] as const).map((one) => option(one, t(`credits:fills.${one}`))),
        terms.fills,
      ),
    ],
    badges: Array.from({ length: Math.max(badgeFields, badges.length + 1) }, (_, index) => ({
      label: t('agreements:form.badge', { number: index + 1 }),
      value: badges[index] ?? '',
    })),
    badgeOptions: choice.badges.map(({ slug, name }) => option(slug, name)),
    conditions: [
      line('atLeast', terms.badges?.atLeast, {
        ...hint('atLeast'),
        inputmode: 'numeric',
        short: true,
      }),
      select(
        'lowestLevel',
        evidenceLevels.map((level) => option(level, t(`common:level.${level}.word`))),
        terms.lowestLevel ?? 'provider-confirmed',
      ),
      line('maxAgeMonths', terms.maxAgeMonths, {
        ...hint('maxAgeMonths'),
        inputmode: 'numeric',
        short: true,
      }),
      {
        name: 'mayShareBadges',
        type: 'checkboxes',
        bare: true,
        label: label('mayShareBadges'),
        options: [{ value: 'true', label: t('agreements:share.yes') }],
        checked: terms.mayShareBadges ? ['true'] : [],
      },
      line('conditions', terms.conditions, {
        type: 'textarea',
        rows: 2,
        maxlength: 1000,
        ...hint('conditions'),
      }),
    ],
    dates: [
      line('from', terms.from, { type: 'date', required: true }),
      line('to', terms.to, { type: 'date' }),
      line('catalogYear', terms.catalogYear, { short: true, ...hint('catalogYear') }),
      {
        ...select(
          'force',
          (['binding', 'advisory'] as const).map((one) =>
            option(one, t(`agreements:force.${one}`)),
          ),
          terms.advisory ? 'advisory' : 'binding',
        ),
        hint: t('agreements:formHint.force'),
      },
    ],
    notes: [
      line('note', terms.note, { type: 'textarea', rows: 2, maxlength: 1000, ...hint('note') }),
      ...(isCollege
        ? [
            line('internalNote', terms.internalNote, {
              type: 'textarea',
              rows: 2,
              maxlength: 1000,
              ...hint('internalNote'),
            }),
            line('decidedBy', terms.decidedBy, { maxlength: 200, ...hint('decidedBy') }),
          ]
        : []),
      line('why', why, { type: 'textarea', rows: 3, maxlength: 1000, ...hint('why') }),
    ],
  }
}

/** The terms a new proposal starts from: those of the version it shall replace, or what badge and course say. */
export function startingTerms(
  last: Agreement | undefined,
  course: Course | undefined,
  badge: Pick<Badge, 'slug'> | undefined,
): Partial<Terms> {
  if (last) {
    const { from: _from, to: _to, retired: _retired, ...rest } = last
    return rest
  }
  return {
    ...(course && { course: course.code }),
    ...(course?.credits !== undefined && { credits: course.credits }),
    ...(course?.unit !== undefined && { unit: course.unit }),
    ...(course?.catalogYear !== undefined && { catalogYear: course.catalogYear }),
    ...(badge && { badges: { of: [badge.slug] } }),
  }
}

/** The reason a proposal starts with: what the badge shows beside what the course teaches. */
export function startingWhy(
  badge: Pick<Badge, 'name' | 'skills'> | undefined,
  course: Course | undefined,
  { t, list }: Words,
): string | undefined {
  const lines = [
    badge && badge.skills.length > 0
      ? t('agreements:form.badgeShows', { badge: badge.name, skills: list(badge.skills) })
      : '',
    course && course.topics.length > 0
      ? t('agreements:form.courseTeaches', { course: course.code, topics: list(course.topics) })
      : '',
  ].filter((line) => line !== '')
  return lines.length > 0 ? lines.join(' ') : undefined
}
