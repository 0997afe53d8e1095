import { z } from 'zod'
import { addDays, dayOf, type Day } from '../calendar.js'
import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { centerStatuses, isStale, takesReferrals, zoneOf, type Center } from './center.js'
import type { FoundCenter } from './find-centers.js'
import { hoursOf, languageCodes, listingOf, type Language, type Service } from './listing.js'
import { hoursLines } from './hours-text.js'
import { isException, isOpenAt, isWeekly, spansOn, weekdayOf, type Span } from './opening.js'

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
  acceptingUntil: known,
  zone: z.string(),
  languages: z.array(z.string()),
  hours: z.array(z.string()),
  miles: z.number().nullable(),
})

export const centerJson = (
  { center, miles }: FoundCenter,
  today: Day,
): z.output<typeof centerAnswer> => ({
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
  acceptingReferrals: takesReferrals(center, today),
  acceptingUntil: center.acceptingUntil ?? null,
  zone: zoneOf(center),
  languages: languageCodes(listingOf(center)),
  hours: hoursLines(hoursOf(listingOf(center))),
  miles: miles === undefined ? null : Math.round(miles * 10) / 10,
})

/** The place as one line: the address where it is known, else the city, else that it is unknown. */
export const placeOf = ({ address, city, state, postalCode }: Center, words: Words): string => {
  const town = [city, state].filter(Boolean).join(', ') + (postalCode ? ` ${postalCode}` : '')
  if (address) return `${address}, ${town}`
  return city ? town : words.t('centers:center.cityUnknown', { state })
}

const statusTag = (center: Center, today: Day, { t }: Words) =>
  takesReferrals(center, today)
    ? { word: t('centers:center.accepting'), tone: 'good' }
    : { word: t(`centers:center.notAccepting.${center.status}`), tone: 'plain' }

/** When and where the facts were read, in a sentence; says so when they were not. */
const checkedOn = ({ asOf, verifiedOn, source }: Center, words: Words): string => {
  if (verifiedOn) return words.t('centers:center.verified', { day: words.day(verifiedOn), source })
  if (asOf) return words.t('centers:center.asOf', { asOf, source })
  return words.t('centers:center.unchecked', { source })
}

/** The name of a language in the reader's own; the code itself where nobody has a name for it. */
export const languageName = ({ code, name }: Pick<Language, 'code' | 'name'>, { lang }: Words) => {
  if (code === undefined) return name ?? ''
  try {
    return new Intl.DisplayNames([lang], { type: 'language' }).of(code) ?? name ?? code
  } catch {
    return name ?? code
  }
}

const spansText = (spans: readonly Span[], { t }: Words): string =>
  spans.length === 0
    ? t('centers:hours.closed')
    : spans.map(({ from, to: until }) => `${from}–${until}`).join(', ')

const openNow = (center: Center, now: Date, { t }: Words): string => {
  const isOpen = isOpenAt(hoursOf(listingOf(center)), now, zoneOf(center))
  if (isOpen === undefined) return t('centers:hours.unknown')
  return t(isOpen ? 'centers:hours.openNow' : 'centers:hours.closedNow')
}

/** A row of the directory. */
export const centerRow = (
  { center, miles }: FoundCenter,
  withMiles: boolean,
  now: Date,
  words: Words,
) => {
  const today = dayOf(now, zoneOf(center))
  const checked = center.verifiedOn ?? center.asOf ?? words.t('centers:center.neverChecked')
  return {
    cells: [
      { text: center.name, href: words.href(to(paths.center, { id: center.id })) },
      {
        text: placeOf(center, words),
        ...(center.address ? {} : { sub: words.t('centers:center.addressUnknown') }),
      },
      ...(withMiles
        ? [
            miles === undefined
              ? words.t('centers:list.distanceUnknown')
              : words.t('centers:list.miles', { miles: words.number(Math.round(miles * 10) / 10) }),
          ]
        : []),
      center.phone ?? words.t('centers:center.unknown'),
      openNow(center, now, words),
      { tag: statusTag(center, today, words) },
      {
        text: checked,
        ...(isStale(center, today) ? { sub: words.t('centers:center.stale') } : {}),
      },
    ],
  }
}

const fact = (term: string, text: string | undefined, { t }: Words) => ({
  term: t(`centers:center.${term}`),
  text: text ?? t('centers:center.unknown'),
})

const until = ({ acceptingReferrals, acceptingUntil }: Center, words: Words) =>
  acceptingReferrals && acceptingUntil !== undefined
    ? [{ term: words.t('centers:center.until'), text: words.day(acceptingUntil) }]
    : []

/** The coming seven days, each with its hours; undefined where nobody knows them. */
function weekOf(center: Center, today: Day, words: Words) {
  const rows = hoursOf(listingOf(center))
  if (!rows.some(isWeekly) && !rows.some(isException)) return undefined
  return Array.from({ length: 7 }, (_, ahead) => {
    const day = addDays(today, ahead)
    const spans = spansOn(rows, day)
    return {
      cells: [
        words.t(`centers:day.${weekdayOf(day)}`),
        { date: day, text: words.day(day) },
        spans === undefined ? words.t('centers:hours.unknown') : spansText(spans, words),
      ],
    }
  })
}

const serviceView = (service: Service, words: Words) => ({
  name: service.name,
  tag:
    service.status === 'active'
      ? undefined
      : {
          word: words.t(`centers:serviceStatus.${service.status.replace(' ', '-')}`),
          tone: 'plain',
        },
  text: service.description,
  lines: (
    [
      'eligibility_description',
      'application_process',
      'fees_description',
      'wait_time',
      'alert',
    ] as const
  ).flatMap((key) => service[key] ?? []),
})

/** The page of one center. */
export const centerPage = (center: Center, now: Date, words: Words) => {
  const { t } = words
  const today = dayOf(now, zoneOf(center))
  const listing = listingOf(center)
  const [main] = listing.locations
  const languages = [
    ...new Set(
      [...listing.locations, ...listing.services].flatMap((one) =>
        one.languages.map((language) => languageName(language, words)),
      ),
    ),
  ]
  const accessible = listing.locations.flatMap(({ accessibility }) =>
    accessibility.flatMap(({ description, details }) => description ?? details ?? []),
  )
  const phones = [...listing.phones, ...listing.locations.flatMap((one) => one.phones)]
  const lines = (term: string, found: readonly string[]) =>
    found.length === 0
      ? fact(term, undefined, words)
      : { term: t(`centers:center.${term}`), lines: found }
  return {
    name: center.name,
    tag: statusTag(center, today, words),
    description: listing.description,
    isAccepting: takesReferrals(center, today),
    askHref: words.href(`${paths.newReferral}?center=${encodeURIComponent(center.id)}`),
    times: words.href(to(paths.centerSlots, { id: center.id })),
    checked: checkedOn(center, words),
    stale: isStale(center, today) ? t('centers:center.staleText') : null,
    noContact:
      phones.length > 0 || listing.email || center.url ? null : t('centers:center.noContact'),
    openNow: openNow(center, now, words),
    week: weekOf(center, today, words),
    zone: t('centers:hours.zone', { zone: zoneOf(center).replace('_', ' ') }),
    services: listing.services.map((service) => serviceView(service, words)),
    facts: [
      fact('address', center.address, words),
      fact('city', placeOf({ ...center, address: '' }, words), words),
      lines(
        'phone',
        phones.map(({ number, extension }) =>
          extension === undefined ? number : t('centers:center.extension', { number, extension }),
        ),
      ),
      fact('email', listing.email, words),
      { ...fact('website', center.url, words), ...(center.url ? { href: center.url } : {}) },
      lines('languages', languages),
      lines('accessibility', accessible),
      fact('transportation', main?.transportation, words),
      fact('operator', center.operator, words),
      ...until(center, words),
      ...(center.statusNote ? [{ term: t('centers:center.status'), text: center.statusNote }] : []),
      ...(center.note ? [{ term: t('centers:center.note'), text: center.note }] : []),
    ],
  }
}
