import { paths, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { CenterQuery } from './center-input.js'
import { openChoices } from './center-input.js'
import { takesReferrals, zoneOf } from './center.js'
import { languageName } from './center-view.js'
import { dayOf } from '../calendar.js'
import type { FoundCenter } from './find-centers.js'
import { hoursLines } from './hours-text.js'
import { hoursOf, languageCodes, listingOf } from './listing.js'

/** The languages most asked for at Oregon's centers; any other code may be asked for by its address. */
export const commonLanguages = [
  'en',
  'es',
  'vi',
  'zh',
  'ru',
  'uk',
  'so',
  'ar',
  'ko',
  'ase',
] as const

/** The choice of languages, with one more where it is asked for. */
export const languageOptions = (asked: readonly string[], words: Words) =>
  [...new Set([...commonLanguages, ...asked])].map((code) => ({
    value: code,
    label: languageName({ code }, words),
  }))

/** The fields of the search. */
export function searchFields(query: Partial<CenterQuery>, words: Words) {
  const { t } = words
  const any = { value: '', label: t('centers:list.any') }
  return [
    { name: 'q', type: 'search', label: t('centers:list.q'), value: query.q ?? '' },
    { name: 'near', type: 'search', label: t('centers:list.near'), value: query.near ?? '' },
    {
      name: 'language',
      type: 'select',
      label: t('centers:list.language'),
      value: query.language ?? '',
      options: [any, ...languageOptions(query.language ? [query.language] : [], words)],
    },
    {
      name: 'open',
      type: 'select',
      label: t('centers:list.open'),
      value: query.open ?? '',
      options: [
        any,
        ...openChoices.map((value) => ({
          value,
          label: value === 'now' ? t('centers:list.now') : t(`centers:day.${value}`),
        })),
      ],
    },
    {
      name: 'service',
      type: 'search',
      label: t('centers:list.service'),
      value: query.service ?? '',
    },
    {
      name: 'accepting',
      type: 'select',
      label: t('centers:list.referrals'),
      value: query.accepting ?? '',
      options: [any, { value: 'true', label: t('centers:center.accepting') }],
    },
  ]
}

const columns = [
  'id',
  'name',
  'address',
  'city',
  'state',
  'postalCode',
  'phone',
  'url',
  'languages',
  'hours',
  'services',
  'acceptingReferrals',
  'acceptingUntil',
  'verifiedOn',
  'miles',
  'source',
] as const

/** The columns of the download. */
export const directoryColumns = ({ t }: Words) =>
  columns.map((key) => ({ key, header: t(`centers:csv.${key}`) }))

/** A center as a row of the download; empty is unknown. */
export function directoryCells({ center, miles }: FoundCenter, now: Date, { t }: Words) {
  const listing = listingOf(center)
  const takes = takesReferrals(center, dayOf(now, zoneOf(center)))
  return {
    id: center.id,
    name: center.name,
    address: center.address ?? '',
    city: center.city ?? '',
    state: center.state,
    postalCode: center.postalCode ?? '',
    phone: center.phone ?? '',
    url: center.url ?? '',
    languages: languageCodes(listing).join(' '),
    hours: hoursLines(hoursOf(listing)).join('; '),
    services: listing.services.map(({ name }) => name).join('; '),
    acceptingReferrals: t(takes ? 'centers:csv.yes' : 'centers:csv.no'),
    acceptingUntil: center.acceptingUntil ?? '',
    verifiedOn: center.verifiedOn ?? '',
    miles: miles === undefined ? '' : Math.round(miles * 10) / 10,
    source: center.source,
  }
}

/**
 * What to do when no center fits. Languages, hours and services of many centers are unknown, so a search by them leaves out
 * centers that may fit: then the same search without them comes first.
 */
export function noneFound(query: CenterQuery, { t, href }: Words) {
  const { q, near, accepting, language, open, service } = query
  const asksUntold = [language, open, service].some((one) => one !== undefined)
  const heading = t('centers:list.noneHeading')
  if (!asksUntold)
    return {
      heading,
      text: t('centers:list.none'),
      action: { href: href(paths.centers), text: t('centers:list.all') },
    }
  const rest = withQuery(paths.centers, { q, near, accepting })
  return {
    heading,
    text: t('centers:list.noneTold'),
    action: { href: href(rest), text: t('centers:list.withoutTold') },
  }
}
