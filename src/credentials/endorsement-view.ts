import type { Badge } from '../badges/badge.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { Endorsement } from './endorsement.js'

/** One line of an organization's list. */
export const endorsementRow = (one: Endorsement, badges: readonly Badge[], words: Words) => ({
  cells: [
    { text: badges.find(({ slug }) => slug === one.badge)?.name ?? one.badge, sub: one.comment },
    one.organizationName,
    { date: one.createdAt.toISOString(), text: words.dayOfInstant(one.createdAt) },
    {
      tag: {
        word: words.t(`credentials:endorse.${one.state}`),
        tone: one.state === 'live' ? 'good' : 'plain',
      },
    },
    one.state === 'live'
      ? {
          links: [
            {
              href: words.href(to(paths.withdrawEndorsement, { id: one.id })),
              text: words.t('credentials:endorse.withdraw'),
            },
          ],
        }
      : '',
  ],
})

/** The fields of a new endorsement; the organization is asked only where there are several. */
export function endorsementFields(
  badges: readonly Badge[],
  organizations: ReadonlyMap<string, string>,
  words: Words,
) {
  const { t } = words
  return [
    {
      name: 'badge',
      type: 'select',
      required: true,
      label: t('credentials:endorse.badge'),
      options: badges
        .filter(({ status }) => status === 'published')
        .map(({ slug, name }) => ({ value: slug, label: name })),
    },
    ...(organizations.size > 1
      ? [
          {
            name: 'organization',
            type: 'select',
            required: true,
            label: t('credentials:endorse.organization'),
            options: [...organizations].map(([value, label]) => ({ value, label })),
          },
        ]
      : []),
    {
      name: 'comment',
      type: 'textarea',
      rows: 4,
      required: true,
      maxlength: 1000,
      label: t('credentials:endorse.comment'),
      hint: t('credentials:endorse.commentHint'),
    },
  ]
}

/** An endorsement as JSON. */
export const endorsementJson = ({ id, badge, comment, state, ...one }: Endorsement) => ({
  id,
  badge,
  organization: { id: one.organizationId, name: one.organizationName },
  comment,
  state,
  createdAt: one.createdAt.toISOString(),
})
