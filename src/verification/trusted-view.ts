import { paths, to } from '../http/paths.js'
import type { Words } from '../http/words.js'
import type { PinPreview } from './trust-issuer.js'
import { inGroups, type TrustedIssuer, type TrustEvent } from './trusted-issuer.js'

const stateTag = (state: TrustedIssuer['state'], { t }: Words) => ({
  word: t(`verification:trusted.state.${state}`),
  tone: state === 'trusted' ? ('good' as const) : ('plain' as const),
})

const lastEvent = ({ history }: TrustedIssuer): TrustEvent | undefined => history.at(-1)

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
  kty === 'RSA' ? `RSA ${Math.round(((n?.length ?? 0) * 3) / 4) * 8}` : (crv ?? kty)

const eventRow = (event: TrustEvent, words: Words) => ({
  cells: [
    { text: words.time(event.at), date: event.at.toISOString() },
    words.t(`verification:trusted.event.${event.what}`),
    event.byName,
    event.reason ?? null,
  ],
})

/** What trusting this issuer would mean: each key by fingerprint, and which of them are new. */
export function pinPreviewPage(preview: PinPreview, pasted: string, words: Words) {
  const known = new Set(preview.before?.keys.map(({ id }) => id))
  const leaving = preview.before?.keys.filter(
    ({ id }) => !preview.keys.some((key) => key.id === id),
  )
  return {
    name: preview.name,
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
    leaving: (leaving ?? []).map(({ id }) => inGroups(id)),
    fields: [
      { name: 'issuerId', value: preview.issuerId },
      { name: 'name', value: preview.name },
      { name: 'document', value: pasted },
    ],
  }
}
