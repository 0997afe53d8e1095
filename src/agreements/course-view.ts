import { z } from 'zod'
import { paths, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { creditUnits } from './agreement.js'
import type { Course } from './course.js'
import { creditsText } from '../credits/credit-view.js'
import type { StaleAgreement } from './list-stale.js'
import { staleKinds, type StaleReason } from './stale.js'

/** A row of a college's catalog. */
export const courseRow = (course: Course, words: Words) => ({
  cells: [
    {
      text: course.code,
      href: words.href(withQuery(paths.editCourse, { code: course.code })),
      sub: course.title,
    },
    course.credits === undefined || course.unit === undefined
      ? null
      : creditsText(course.credits, course.unit, words),
    course.catalogYear ?? null,
    {
      tag: {
        word: words.t(`agreements:courseStatus.${course.status}`),
        tone: course.status === 'offered' ? 'good' : 'stop',
      },
    },
  ],
})

/** The fields of the form for one course. */
export const courseFields = (course: Course | undefined, { t }: Words) => [
  {
    name: 'code',
    label: t('agreements:form.code'),
    hint: t('agreements:formHint.code'),
    required: true,
    short: true,
    value: course?.code ?? '',
  },
  { name: 'title', label: t('agreements:form.title'), value: course?.title ?? '', maxlength: 200 },
  {
    name: 'credits',
    label: t('agreements:form.credits'),
    inputmode: 'decimal',
    short: true,
    value: course?.credits ?? '',
  },
  {
    name: 'unit',
    type: 'select',
    label: t('agreements:form.unit'),
    prompt: t('agreements:form.choose'),
    options: creditUnits.map((unit) => ({ value: unit, label: t(`credits:unit.${unit}`) })),
    value: course?.unit ?? '',
  },
  {
    name: 'catalogYear',
    label: t('agreements:form.catalogYear'),
    hint: t('agreements:formHint.catalogYear'),
    short: true,
    value: course?.catalogYear ?? '',
  },
  {
    name: 'topics',
    label: t('agreements:form.topics'),
    hint: t('agreements:formHint.topics'),
    value: (course?.topics ?? []).join(', '),
    maxlength: 500,
  },
  {
    name: 'status',
    type: 'radios',
    label: t('agreements:form.status'),
    required: true,
    options: (['offered', 'withdrawn'] as const).map((value) => ({
      value,
      label: t(`agreements:courseStatus.${value}`),
    })),
    value: course?.status ?? 'offered',
  },
]

function reasonText(reason: StaleReason, names: ReadonlyMap<string, string>, words: Words): string {
  const key = `agreements:staleReason.${reason.kind}`
  switch (reason.kind) {
    case 'courseCredits':
      return words.t(key, { credits: creditsText(reason.credits, reason.unit, words) })
    case 'catalogYear':
      return words.t(key, { year: reason.year })
    case 'badgeVersion':
    case 'badgeRetired':
    case 'badgeUnknown':
      return words.t(key, { badge: names.get(reason.badge) ?? reason.badge })
    default:
      return words.t(key)
  }
}

/** A row of the report of agreements to look at again. */
export const staleRow = (
  { agreement, reasons }: StaleAgreement,
  names: ReadonlyMap<string, string>,
  words: Words,
) => ({
  cells: [
    { text: agreement.course, sub: agreement.courseTitle },
    reasons.map((reason) => reasonText(reason, names, words)).join(' '),
    {
      links: [
        {
          href: words.href(withQuery(paths.newProposal, { agreement: agreement.id })),
          text: words.t('agreements:stale.propose'),
        },
        {
          href: words.href(withQuery(paths.retireAgreement, { agreement: agreement.id })),
          text: words.t('agreements:stale.retire'),
        },
      ],
    },
  ],
})

export const staleAnswer = z.object({
  agreement: z.string(),
  version: z.number(),
  course: z.string(),
  title: z.string(),
  reasons: z.array(z.object({ kind: z.enum(staleKinds), badge: z.string().nullable() })),
})

/** An agreement to look at again, for outside tools. */
export const staleJson = ({
  agreement,
  reasons,
}: StaleAgreement): z.output<typeof staleAnswer> => ({
  agreement: agreement.id,
  version: agreement.version,
  course: agreement.course,
  title: agreement.courseTitle,
  reasons: reasons.map((reason) => ({
    kind: reason.kind,
    badge: 'badge' in reason ? reason.badge : null,
  })),
})
