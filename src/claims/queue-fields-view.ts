import type { Words } from '../http/words.js'
import type { QueueQuery } from './claim-input.js'
import { claimStates } from './claim.js'

interface Series {
  readonly series: string
  readonly course: string
  readonly courseTitle: string
}

/** The filters of a college's queue, as fields of the filter bar; an agreement one asks for is named by its id where it is gone. */
export function queueFields(query: QueueQuery, agreements: readonly Series[], { t }: Words) {
  const choices = agreements.map(({ series, course, courseTitle }) => ({
    value: series,
    label: `${course} ${courseTitle}`.trim(),
  }))
  const asked = query.agreement ?? ''
  const isKnown = asked === '' || choices.some(({ value }) => value === asked)
  return [
    {
      name: 'state',
      type: 'select',
      label: t('credits:column.status'),
      value: query.state ?? 'claimed',
      options: [
        { value: 'open', label: t('claims:queue.open') },
        ...claimStates.map((state) => ({ value: state, label: t(`common:status.${state}.word`) })),
        { value: 'all', label: t('claims:queue.all') },
      ],
    },
    {
      name: 'agreement',
      type: 'select',
      label: t('claims:queue.agreement'),
      prompt: t('claims:queue.anyAgreement'),
      options: isKnown ? choices : [...choices, { value: asked, label: asked }],
      value: asked,
    },
    {
      name: 'order',
      type: 'select',
      label: t('claims:queue.order'),
      options: (['oldest', 'newest'] as const).map((value) => ({
        value,
        label: t(`claims:queue.${value}`),
      })),
      value: query.order ?? 'oldest',
    },
    {
      name: 'overdue',
      type: 'checkboxes',
      label: t('claims:queue.overdue'),
      options: [{ value: 'yes', label: t('claims:queue.overdueOnly') }],
      checked: query.overdue ? ['yes'] : [],
    },
  ]
}
