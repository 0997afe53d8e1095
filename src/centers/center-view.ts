import { z } from 'zod'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { centerStatuses, type Center } from './center.js'

const known = z.string().nullable()

/** A center as outside tools read it; null is "nobody has found it". */
export const centerAnswer = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  operator: known,
  address: known,
  city: known,
  state: z.string(),
  postalCode: known,
  phone: known,
  url: known,
  board: z.string(),
  status: z.enum(centerStatuses),
  asOf: known,
  verifiedOn: known,
  source: z.string(),
  acceptingReferrals: z.boolean(),
})

export const centerJson = (center: Center): z.output<typeof centerAnswer> => ({
  id: center.id,
  slug: center.slug,
  name: center.name,
  operator: center.operator ?? null,
  address: center.address ?? null,
  city: center.city ?? null,
  state: center.state,
  postalCode: center.postalCode ?? null,
  phone: center.phone ?? null,
  url: center.url ?? null,
  board: center.board,
  status: center.status,
  asOf: center.asOf ?? null,
  verifiedOn: center.verifiedOn ?? null,
  source: center.source,
  acceptingReferrals: center.acceptingReferrals,
})

/** The place as one line: the address where it is known, else the city, else that it is unknown. */
const placeOf = ({ address, city, state, postalCode }: Center, words: Words): string => {
  const town = [city, state].filter(Boolean).join(', ') + (postalCode ? ` ${postalCode}` : '')
  if (address) return `${address}, ${town}`
  return city ? town : words.t('centers:center.cityUnknown', { state })
}

const statusTag = (center: Center, { t }: Words) =>
  center.acceptingReferrals
    ? { word: t('centers:center.accepting'), tone: 'good' }
    : { word: t(`centers:center.notAccepting.${center.status}`), tone: 'plain' }

/** When and where the facts were read, in a sentence; says so when they were not. */
const checkedOn = ({ asOf, verifiedOn, source }: Center, words: Words): string => {
  if (verifiedOn) return words.t('centers:center.verified', { day: words.day(verifiedOn), source })
  if (asOf) return words.t('centers:center.asOf', { asOf, source })
  return words.t('centers:center.unchecked', { source })
}

/** A row of the directory. */
export const centerRow = (center: Center, words: Words) => ({
  cells: [
    { text: center.name, href: words.href(to(paths.center, { id: center.id })) },
    {
      text: placeOf(center, words),
      ...(center.address ? {} : { sub: words.t('centers:center.addressUnknown') }),
    },
    center.phone ?? words.t('centers:center.unknown'),
    { tag: statusTag(center, words) },
    { text: center.verifiedOn ?? center.asOf ?? words.t('centers:center.neverChecked') },
  ],
})

/** The page of one center. */
export const centerPage = (center: Center, words: Words) => {
  const { t } = words
  const unknown = t('centers:center.unknown')
  return {
    name: center.name,
    tag: statusTag(center, words),
    isAccepting: center.acceptingReferrals,
    askHref: words.href(`${paths.newReferral}?center=${encodeURIComponent(center.id)}`),
    checked: checkedOn(center, words),
    facts: [
      { term: t('centers:center.address'), text: center.address ?? unknown },
      { term: t('centers:center.city'), text: placeOf({ ...center, address: '' }, words) },
      { term: t('centers:center.phone'), text: center.phone ?? unknown },
      {
        term: t('centers:center.website'),
        text: center.url ?? unknown,
        ...(center.url ? { href: center.url } : {}),
      },
      { term: t('centers:center.operator'), text: center.operator ?? unknown },
      ...(center.statusNote ? [{ term: t('centers:center.status'), text: center.statusNote }] : []),
      ...(center.note ? [{ term: t('centers:center.note'), text: center.note }] : []),
    ],
  }
}
