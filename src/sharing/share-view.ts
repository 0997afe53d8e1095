import { z } from 'zod'
import type { Day } from '../calendar.js'
import { dayOf } from '../calendar.js'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { NamedAward } from '../learners/record.js'
import { openedFormats, stateOfShare, type Opening, type Share } from './share.js'

/** A share with how often it was opened, as list-shares gives it. */
interface Listed {
  readonly share: Share
  readonly times: number
  readonly lastAt?: Date
}

/** The path a share is reached by: one badge has its own page, several have one of their own. */
export function pathOfShare({ id, credentialIds }: Pick<Share, 'id' | 'credentialIds'>): string {
  const [only] = credentialIds
  return credentialIds.length === 1 && only !== undefined
    ? to(paths.credential, { id: only })
    : to(paths.share, { id })
}

export const shareAnswer = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  credentials: z.array(z.string()),
  state: z.enum(['live', 'stopped', 'ended']),
  createdAt: z.string(),
  expiresOn: z.string(),
  stoppedAt: z.string().nullable(),
})

/** A share for outside tools; `url` is what the learner hands on. */
export const shareJson = (
  share: Share,
  baseUrl: string,
  today: Day,
): z.output<typeof shareAnswer> => ({
  id: share.id,
  title: share.title,
  url: `${baseUrl}${pathOfShare(share)}`,
  credentials: [...share.credentialIds],
  state: stateOfShare(share, today),
  createdAt: share.createdAt.toISOString(),
  expiresOn: share.expiresOn,
  stoppedAt: share.stoppedAt?.toISOString() ?? null,
})

export const openingAnswer = z.object({
  who: z.string().nullable(),
  credential: z.string().nullable(),
  format: z.enum(openedFormats),
  firstAt: z.string(),
  lastAt: z.string(),
  times: z.number(),
})

/** One line of who opened a share; `who` is null for people who were not signed in. */
export const openingJson = (opening: Opening): z.output<typeof openingAnswer> => ({
  who: opening.who ?? null,
  credential: opening.credentialId ?? null,
  format: opening.format,
  firstAt: opening.firstAt.toISOString(),
  lastAt: opening.lastAt.toISOString(),
  times: opening.times,
})

/** What a share is called: its title, else the badge it shows, else how many. */
export function nameOfShare(
  share: Pick<Share, 'title' | 'credentialIds'>,
  named: ReadonlyMap<string, string>,
  { t }: Words,
): string {
  if (share.title !== '') return share.title
  const [only] = share.credentialIds
  return share.credentialIds.length === 1 && only !== undefined
    ? (named.get(only) ?? t('sharing:untitled', { count: 1 }))
    : t('sharing:untitled', { count: share.credentialIds.length })
}

const tones = { live: 'good', stopped: 'plain', ended: 'plain' } as const

/** A share on the learner's own list. */
export function shareRow(
  { share, times, lastAt }: Listed,
  named: ReadonlyMap<string, string>,
  today: Day,
  words: Words,
) {
  const { t } = words
  const state = stateOfShare(share, today)
  return {
    cells: [
      {
        text: nameOfShare(share, named, words),
        href: words.href(to(paths.shareOpenings, { id: share.id })),
        sub: t('sharing:badges', { count: share.credentialIds.length }),
      },
      { tag: { word: t(`sharing:state.${state}`), tone: tones[state] } },
      state === 'stopped' && share.stoppedAt
        ? { date: dayOf(share.stoppedAt), text: words.dayOfInstant(share.stoppedAt) }
        : { date: share.expiresOn, text: words.day(share.expiresOn) },
      {
        text: t('sharing:opened', { count: times, number: words.number(times) }),
        ...(lastAt && { sub: t('sharing:lastOpened', { at: words.time(lastAt) }) }),
      },
    ],
  }
}

/** A line of who opened it, by whom and when. */
export function openingRow(opening: Opening, named: ReadonlyMap<string, string>, words: Words) {
  const { t } = words
  const badge = opening.credentialId === undefined ? undefined : named.get(opening.credentialId)
  return {
    cells: [
      { date: opening.lastAt.toISOString(), text: words.time(opening.lastAt) },
      opening.who ?? t('sharing:notSignedIn'),
      { text: t(`sharing:format.${opening.format}`), ...(badge !== undefined && { sub: badge }) },
      words.number(opening.times),
    ],
  }
}

/** A share to manage: its link, its end, what it shows. */
export function sharePanel(
  share: Share,
  awards: readonly NamedAward[],
  setting: { readonly baseUrl: string; readonly today: Day },
  words: Words,
) {
  const { t } = words
  const state = stateOfShare(share, setting.today)
  const named = new Map(awards.map(({ id, name }) => [id, name]))
  return {
    name: nameOfShare(share, named, words),
    isLive: state === 'live',
    tag: { word: t(`sharing:state.${state}`), tone: tones[state] },
    link: `${setting.baseUrl}${words.href(pathOfShare(share))}`,
    href: words.href(pathOfShare(share)),
    stopHref: words.href(to(paths.stopShare, { id: share.id })),
    facts: [
      { term: t('sharing:field.shows'), lines: awards.map(({ name }) => name) },
      { term: t('sharing:field.since'), text: words.dayOfInstant(share.createdAt) },
      state === 'stopped' && share.stoppedAt
        ? { term: t('sharing:field.stopped'), text: words.time(share.stoppedAt) }
        : { term: t('sharing:field.until'), text: words.day(share.expiresOn) },
    ],
  }
}

/** One badge of a collection, for its card. */
const sharedTile = (share: Share, award: NamedAward, words: Words) => ({
  title: award.name,
  href: words.href(withQuery(to(paths.credential, { id: award.id }), { share: share.id })),
  picture: words.href(
    withQuery(to(paths.badgePicture, { slug: award.badge }), { version: award.badgeVersion }),
  ),
  on: words.day(award.awardedOn),
  date: award.awardedOn,
  level: award.evidenceLevel,
  ...(award.state === 'withdrawn' && {
    withdrawn: { word: words.t('sharing:withdrawn'), tone: 'stop' as const },
  }),
})

/** A collection as whoever has the link sees it. */
export function collectionPage(
  share: Share,
  learnerName: string,
  awards: readonly NamedAward[],
  own: boolean,
  words: Words,
) {
  const named = new Map(awards.map(({ id, name }) => [id, name]))
  return {
    heading: nameOfShare(share, named, words),
    by: words.t('sharing:collection.by', { name: learnerName, count: awards.length }),
    until: words.t('sharing:collection.until', { on: words.day(share.expiresOn) }),
    tiles: awards.map((award) => sharedTile(share, award, words)),
    ...(own && { manageHref: words.href(to(paths.shareOpenings, { id: share.id })) }),
  }
}

export const collectionAnswer = z.object({
  id: z.string(),
  title: z.string(),
  learner: z.object({ name: z.string() }),
  expiresOn: z.string(),
  credentials: z.array(
    z.object({
      id: z.string(),
      badge: z.string(),
      name: z.string(),
      awardedOn: z.string(),
      evidenceLevel: z.string(),
      state: z.enum(['live', 'withdrawn']),
      url: z.string(),
    }),
  ),
})

/** The same for outside tools; each `url` answers the signed document by Accept. */
export const collectionJson = (
  share: Share,
  learnerName: string,
  awards: readonly NamedAward[],
  baseUrl: string,
): z.output<typeof collectionAnswer> => ({
  id: share.id,
  title: share.title,
  learner: { name: learnerName },
  expiresOn: share.expiresOn,
  credentials: awards.map((award) => ({
    id: award.id,
    badge: award.badge,
    name: award.name,
    awardedOn: award.awardedOn,
    evidenceLevel: award.evidenceLevel,
    state: award.state,
    url: `${baseUrl}${to(paths.credential, { id: award.id })}`,
  })),
})
