import { z } from 'zod'
import type { Organization } from '../access/organization.js'
import type { Day } from '../calendar.js'
import { paths, withQuery } from '../http/paths.js'
import type { Words } from '../http/words.js'
import { firstEvent, purposes, recordKinds, stateOf, type Consent } from './consent.js'
import type { OpenedConsent } from './open-consent.js'
import type { Signing } from './sign-consent.js'
import type { Disclosure, DisclosedKind } from './disclosure.js'

export const consentAnswer = z.object({
  id: z.string(),
  parties: z.array(z.string()),
  purpose: z.enum(purposes),
  records: z.array(z.enum(recordKinds)),
  signedAt: z.string(),
  expiresOn: z.string(),
  withdrawnAt: z.string().nullable(),
  state: z.enum(['live', 'withdrawn', 'expired']),
  version: z.string(),
  textHash: z.string(),
})

/** A consent for outside tools. */
export const consentJson = (consent: Consent, today: Day): z.output<typeof consentAnswer> => ({
  id: consent.id,
  parties: [...consent.parties],
  purpose: consent.purpose,
  records: [...consent.records],
  signedAt: consent.signedAt.toISOString(),
  expiresOn: consent.expiresOn,
  withdrawnAt: consent.withdrawnAt?.toISOString() ?? null,
  state: stateOf(consent, today),
  version: consent.version,
  textHash: consent.textHash,
})

const eventAnswer = z.object({
  kind: z.enum(['given', 'renewed', 'stopped', 'ended']),
  at: z.string(),
  by: z.enum(['learner', 'program']),
  expiresOn: z.string().nullable(),
  textHash: z.string().nullable(),
})

export const openedConsentAnswer = consentAnswer.extend({
  organizations: z.array(z.object({ id: z.string(), name: z.string() })),
  language: z.enum(['en', 'es']),
  authMethod: z.string(),
  text: z.string().nullable(),
  history: z.array(eventAnswer),
})

const historyOf = (consent: Consent) =>
  consent.history?.length ? consent.history : [firstEvent(consent)]

/** A consent with its words and history: what a learner is given as a copy. */
export const openedConsentJson = (
  { consent, parties, words }: OpenedConsent,
  today: Day,
): z.output<typeof openedConsentAnswer> => ({
  ...consentJson(consent, today),
  organizations: consent.parties.map((id) => ({ id, name: parties.get(id)?.name ?? id })),
  language: consent.language,
  authMethod: consent.authMethod,
  text: words?.text ?? null,
  history: historyOf(consent).map(({ kind, at, by, expiresOn, signature }) => ({
    kind,
    at: at.toISOString(),
    by,
    expiresOn: expiresOn ?? null,
    textHash: signature?.textHash ?? null,
  })),
})

export const disclosureAnswer = z.object({
  id: z.string(),
  /** Whose chain the row stands in: the learner's own, or that of a record joined into it. */
  record: z.string(),
  sequence: z.number(),
  at: z.string(),
  readId: z.string(),
  by: z.object({ id: z.string(), name: z.string() }),
  organization: z.object({ id: z.string(), name: z.string() }),
  basis: z.string(),
  consents: z.array(z.string()),
  records: z.array(z.string()),
  purpose: z.string(),
  channel: z.string(),
  previousHash: z.string(),
  hash: z.string(),
})

/** A disclosure with what it takes to check the chain. */
export const disclosureJson = (row: Disclosure): z.output<typeof disclosureAnswer> => ({
  id: row.id,
  record: row.learnerId,
  sequence: row.sequence,
  at: row.at.toISOString(),
  readId: row.readId,
  by: { id: row.actorId, name: row.actorName },
  organization: { id: row.organizationId, name: row.organizationName },
  basis: row.basis,
  consents: [...row.consentIds],
  records: [...row.records],
  purpose: row.purpose,
  channel: row.channel,
  previousHash: row.previousHash,
  hash: row.hash,
})

/** The words a person signs; a change of them needs a new consentVersion. */
export const consentText = ({ t }: Words): string => t('learners:consent.text')

/** What a person signs who was shown these words, by page or call. */
export const consentSigning = (
  words: Words,
  address: string | undefined,
  { seal }: { readonly seal: string },
): Signing => ({
  text: consentText(words),
  language: words.lang,
  address: address ?? '',
  secret: seal,
})

/** The kinds of a record in plain words, as one list. */
export const kindsInWords = (kinds: readonly DisclosedKind[], { t, list }: Words): string =>
  list(kinds.map((kind) => t(`learners:kind.${kind}.short`)))

const tones = { live: 'good', withdrawn: 'plain', expired: 'plain' } as const

/** A consent on the learner's page. */
export function consentCard(
  consent: Consent,
  organizations: ReadonlyMap<string, Organization>,
  today: Day,
  words: Words,
) {
  const { t } = words
  const state = stateOf(consent, today)
  return {
    id: consent.id,
    heading: words.list(consent.parties.map((id) => organizations.get(id)?.name ?? id)),
    isLive: state === 'live',
    tag: { word: t(`learners:consentState.${state}`), tone: tones[state] },
    facts: [
      { term: t('learners:consents.purpose'), text: t(`learners:purpose.${consent.purpose}`) },
      { term: t('learners:consents.records'), text: kindsInWords(consent.records, words) },
      { term: t('learners:consents.signed'), text: words.dayOfInstant(consent.signedAt) },
      state === 'withdrawn' && consent.withdrawnAt
        ? { term: t('learners:consents.stopped'), text: words.dayOfInstant(consent.withdrawnAt) }
        : { term: t('learners:consents.until'), text: words.day(consent.expiresOn) },
    ],
  }
}

/** One consent on a page of its own: what it says, what happened to it, and the words that were signed. */
export function consentPage(
  { consent, parties, words: signed }: OpenedConsent,
  today: Day,
  words: Words,
) {
  const { t } = words
  const card = consentCard(consent, parties, today, words)
  return {
    ...card,
    facts: [
      ...card.facts,
      { term: t('learners:consent.auth'), text: t(`learners:consent.by.${consent.authMethod}`) },
      { term: t('learners:consent.version'), text: consent.version },
      { term: t('learners:consent.textHash'), text: consent.textHash },
    ],
    againHref: withQuery(paths.newConsent, {
      purpose: consent.purpose,
      party: consent.parties[0],
    }),
    text: signed?.text,
    textLanguage: consent.language,
    history: historyOf(consent).map(({ kind, at, by, expiresOn }) => ({
      word: t(`learners:consentEvent.${kind}`),
      on: words.time(at),
      date: at.toISOString(),
      who: t(`learners:consentEvent.by.${by}`),
      ...(expiresOn !== undefined && {
        text: t('learners:consentEvent.until', { on: words.day(expiresOn) }),
      }),
    })),
  }
}

/** "Sam Staff of WorkSource looked at your progress and badges": one disclosure in a sentence. */
export const disclosureSentence = (row: Disclosure, words: Words): string =>
  words.t(`learners:looked.${row.channel}`, {
    who: row.actorName,
    organization: row.organizationName,
    what: kindsInWords(row.records, words),
  })
