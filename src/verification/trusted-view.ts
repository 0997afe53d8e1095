import { z } from 'zod'
import { paths, to, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { PinPreview } from './trust-issuer.js'
import { inGroups, pinnedForms, type TrustedIssuer, type TrustEvent } from './trusted-issuer.js'

const keyAnswer = z.object({
  fingerprint: z.string(),
  kind: z.string(),
  names: z.array(z.string()),
})

/** One trusted issuer as outside tools read it. */
export const entryAnswer = z.object({
  id: z.string(),
  issuerId: z.string(),
  name: z.string(),
  form: z.enum(pinnedForms),
  state: z.enum(['trusted', 'ended']),
  keys: z.array(keyAnswer),
  changedAt: z.string().nullable(),
  reason: z.string().nullable(),
})

/** What trusting an issuer would mean, for outside tools. */
export const previewAnswer = z.object({
  issuerId: z.string(),
  name: z.string(),
  form: z.enum(pinnedForms),
  isChange: z.boolean(),
  keys: z.array(keyAnswer.extend({ known: z.boolean() })),
  leaving: z.array(z.string()),
  document: z.string(),
  fetchedFrom: z.string().nullable(),
})

const lastEvent = ({ history }: TrustedIssuer): TrustEvent | undefined => history.at(-1)

const keyJson = (key: TrustedIssuer['keys'][number]): z.output<typeof keyAnswer> => ({
  fingerprint: key.id,
  kind: kindOfKey(key.jwk),
  names: [...key.names],
})

export function entryJson(entry: TrustedIssuer): z.output<typeof entryAnswer> {
  const { id, issuerId, name, form, state } = entry
  const last = lastEvent(entry)
  return {
    ...{ id, issuerId, name, form, state },
    keys: entry.keys.map(keyJson),
    changedAt: last?.at.toISOString() ?? null,
    reason: last?.reason ?? null,
  }
}

export function previewJson(preview: PinPreview): z.output<typeof previewAnswer> {
  const { issuerId, name, form, document, before } = preview
  const isKnown = (id: string) => before?.keys.some((key) => key.id === id) ?? false
  return {
    ...{ issuerId, name, form, document },
    isChange: before !== undefined,
    keys: preview.keys.map((key) => ({ ...keyJson(key), known: isKnown(key.id) })),
    leaving: [...leavingIn(preview)],
    fetchedFrom: preview.fetchedFrom ?? null,
  }
}

const stateTag = (state: TrustedIssuer['state'], { t }: Words) => ({
  word: t(`verification:trusted.state.${state}`),
  tone: state === 'trusted' ? ('good' as const) : ('plain' as const),
})

/** A row of the list of trusted issuers. */
export const entryRow = (entry: TrustedIssuer, words: Words) => {
  const last = lastEvent(entry)
  return {
    cells: [
      {
        text: entry.name,
        href: words.href(to(paths.trustedIssuer, { id: entry.id })),
        sub: entry.issuerId,
      },
      { tag: stateTag(entry.state, words) },
      words.number(entry.keys.length),
      last ? words.dayOfInstant(last.at) : null,
    ],
  }
}

/** One trusted issuer: its keys by fingerprint, and all that happened to it. */
export const entryPage = (entry: TrustedIssuer, words: Words) => ({
  name: entry.name,
  tag: stateTag(entry.state, words),
  isTrusted: entry.state === 'trusted',
  end: words.href(to(paths.endTrustedIssuer, { id: entry.id })),
  renew: words.href(withQuery(paths.newTrustedIssuer, { entry: entry.id })),
  facts: [
    { term: words.t('verification:trusted.issuerId'), text: entry.issuerId },
    {
      term: words.t('verification:trusted.form'),
      text: words.t(`verification:trusted.forms.${entry.form}`),
    },
  ],
  keys: entry.keys.map((key) => ({
    cells: [inGroups(key.id), kindOfKey(key.jwk), key.names[0] ?? null],
  })),
  history: [...entry.history].reverse().map((event) => eventRow(event, words)),
})

const kindOfKey = ({ kty, crv, n }: TrustedIssuer['keys'][number]['jwk']) =>
  kty === 'RSA' ? `RSA ${Math.floor(((n?.length ?? 0) * 3) / 4) * 8}` : (crv ?? kty)

const eventRow = (event: TrustEvent, words: Words) => ({
  cells: [
    { text: words.time(event.at), date: event.at.toISOString() },
    words.t(`verification:trusted.event.${event.what}`),
    event.byName,
    event.reason ?? null,
  ],
})

/** The fingerprints of keys that would no longer count. */
const leavingIn = ({ before, keys }: PinPreview): readonly string[] =>
  (before?.keys ?? []).map(({ id }) => id).filter((id) => !keys.some((key) => key.id === id))

/** What trusting this issuer would mean: each key by fingerprint, and which of them are new. */
export function pinPreviewPage(preview: PinPreview, words: Words) {
  const known = new Set(preview.before?.keys.map(({ id }) => id))
  return {
    name: preview.name,
    fetchedFrom: preview.fetchedFrom,
    facts: [
      { term: words.t('verification:trusted.issuerId'), text: preview.issuerId },
      {
        term: words.t('verification:trusted.form'),
        text: words.t(`verification:trusted.forms.${preview.form}`),
      },
    ],
    isChange: preview.before !== undefined,
    keys: preview.keys.map((key) => ({
      cells: [
        inGroups(key.id),
        kindOfKey(key.jwk),
        words.t(
          known.has(key.id) ? 'verification:trusted.keyKnown' : 'verification:trusted.keyNew',
        ),
      ],
    })),
    leaving: leavingIn(preview).map(inGroups),
    fields: [
      { name: 'issuerId', value: preview.issuerId },
      { name: 'name', value: preview.name },
      { name: 'document', value: preview.document },
    ],
  }
}
