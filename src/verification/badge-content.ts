/**
 * What a badge says, in one shape whatever its version. Nothing here is checked: it is what the badge claims. Values of a
 * wrong kind are left out, so that a strange document is shown poorer, never wrongly.
 */
import type { EvidenceLevel } from '../providers/evidence.js'
import { evidenceLevels } from '../providers/evidence.js'
import { isRecord, textIn, type JsonRecord } from './read-badge-file.js'

export const badgeKinds = ['open-badge-3', 'open-badge-2', 'clr', 'endorsement'] as const
export type BadgeKind = (typeof badgeKinds)[number]

/** One way a badge names its holder; `value` is the plain text or `sha256$…`. */
export interface HolderIdentity {
  readonly type: string
  readonly value: string
  readonly hashed: boolean
  readonly salt: string
}

export interface ClaimedEvidence {
  readonly name?: string
  readonly narrative?: string
  readonly url?: string
  readonly level?: EvidenceLevel
}

export interface BadgeContent {
  readonly kind: BadgeKind
  readonly id?: string
  readonly issuerId?: string
  readonly issuerName?: string
  readonly achievementId?: string
  readonly name?: string
  readonly description?: string
  readonly criteria?: string
  readonly criteriaUrl?: string
  readonly evidence: readonly ClaimedEvidence[]
  /** The weakest evidence level the badge itself names. */
  readonly level?: EvidenceLevel
  readonly holderId?: string
  readonly identities: readonly HolderIdentity[]
  /** As written. */
  readonly awardedAt?: string
  readonly validFrom?: string
  readonly validUntil?: string
}

type Value = unknown

const listOf = (value: Value): readonly Value[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as Value[]) : [value]

const recordsOf = (value: Value): readonly JsonRecord[] => listOf(value).filter(isRecord)

const longest = 5_000

const textOf = (value: Value): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, longest) : undefined

/** A text, or of a text in several languages the first. */
const wordsOf = (value: Value): string | undefined =>
  textOf(value) ??
  (isRecord(value) ? textOf(value['@value'] ?? Object.values(value)[0]) : undefined)

const idOf = (value: Value): string | undefined =>
  textOf(value) ?? (isRecord(value) ? textOf(value['id'] ?? value['@id']) : undefined)

const webAddress = (value: Value): string | undefined => {
  const text = idOf(value)
  return text !== undefined && /^https?:\/\//i.test(text) ? text : undefined
}

/** Only what has a value: what `exactOptionalPropertyTypes` asks for. */
function present<T extends object>(values: { [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}

/** The types of a document, whether written as a text or a list. */
export const typesOf = (document: JsonRecord): readonly string[] =>
  listOf(document['type'] ?? document['@type']).filter((one) => typeof one === 'string')

const badgeTypes: readonly [string, BadgeKind][] = [
  ['OpenBadgeCredential', 'open-badge-3'],
  ['AchievementCredential', 'open-badge-3'],
  ['ClrCredential', 'clr'],
  ['EndorsementCredential', 'endorsement'],
  ['Assertion', 'open-badge-2'],
]

/** Which kind of badge a document is; undefined for anything else. */
export function kindOfBadge(document: JsonRecord): BadgeKind | undefined {
  const types = typesOf(document)
  const named = badgeTypes.find(([type]) => types.includes(type))
  if (named) return named[1]
  if (types.includes('VerifiableCredential')) return 'open-badge-3'
  const isOld = 'badge' in document && ('recipient' in document || 'uid' in document)
  return isOld ? 'open-badge-2' : undefined
}

const levelIn = (value: Value): EvidenceLevel | undefined =>
  evidenceLevels.find((level) => level === value)

/** A level counts where Waymark writes one: the kind of a piece of evidence, the value of a result. */
function evidenceOf(value: Value): ClaimedEvidence {
  if (!isRecord(value)) return present<ClaimedEvidence>({ url: webAddress(value) })
  return present<ClaimedEvidence>({
    name: wordsOf(value['name']),
    narrative: wordsOf(value['narrative'] ?? value['description']),
    url: webAddress(value['id'] ?? value['@id']),
    level: levelIn(value['genre']),
  })
}

const lowestOf = (levels: readonly (EvidenceLevel | undefined)[]): EvidenceLevel | undefined =>
  evidenceLevels.find((level) => levels.includes(level))

const identityOf = (raw: JsonRecord): HolderIdentity | undefined => {
  const value = textOf(raw['identityHash'] ?? raw['identity'])
  const type = textOf(raw['identityType'] ?? raw['type'])
  if (value === undefined || type === undefined) return undefined
  return { type, value, hashed: raw['hashed'] === true, salt: textIn(raw['salt']) }
}

const present3 = (value: Value) => (isRecord(value) ? value : {})

/** What an Open Badges 3.0 credential (or a CLR, or an endorsement) says; VC Data Model 1.1 too. */
export function contentOfBadge3(document: JsonRecord): BadgeContent {
  const subject = present3(listOf(document['credentialSubject'])[0])
  const achievement = present3(listOf(subject['achievement'])[0])
  const criteria = present3(achievement['criteria'])
  const evidence = listOf(document['evidence']).map(evidenceOf)
  const results = recordsOf(subject['result']).map(({ value }) => levelIn(value))
  return {
    kind: kindOfBadge(document) ?? 'open-badge-3',
    evidence,
    identities: recordsOf(subject['identifier']).flatMap((raw) => identityOf(raw) ?? []),
    ...present<BadgeContent>({
      id: textOf(document['id']),
      issuerId: idOf(document['issuer']),
      issuerName: wordsOf(present3(document['issuer'])['name']),
      achievementId: textOf(achievement['id']),
      name: wordsOf(achievement['name']) ?? wordsOf(document['name']),
      description: wordsOf(achievement['description']) ?? wordsOf(document['description']),
      criteria: wordsOf(criteria['narrative']),
      criteriaUrl: webAddress(criteria['id']),
      level: lowestOf([...results, ...evidence.map(({ level }) => level)]),
      holderId: textOf(subject['id']),
      awardedAt: textOf(document['awardedDate']),
      validFrom: textOf(document['validFrom'] ?? document['issuanceDate']),
      validUntil: textOf(document['validUntil'] ?? document['expirationDate']),
    }),
  }
}

const instantOf = (value: Value): string | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) < 8.64e12
    ? new Date(value * 1000).toISOString()
    : textOf(value)

/** What an Open Badges 2.0 or 2.1 assertion says; 1.x names (`uid`, seconds since 1970) too. */
export function contentOfBadge2(assertion: JsonRecord): BadgeContent {
  const badge = present3(assertion['badge'])
  const issuer = present3(badge['issuer'])
  const recipient = present3(assertion['recipient'])
  const criteria = badge['criteria']
  const identity = identityOf(recipient)
  return {
    kind: 'open-badge-2',
    evidence: listOf(assertion['evidence']).map(evidenceOf),
    identities: identity ? [identity] : [],
    ...present<BadgeContent>({
      id: textOf(assertion['id']) ?? textOf(assertion['uid']),
      issuerId: idOf(badge['issuer']),
      issuerName: wordsOf(issuer['name']),
      achievementId: idOf(assertion['badge']),
      name: wordsOf(badge['name']),
      description: wordsOf(badge['description']),
      criteria: wordsOf(present3(criteria)['narrative']),
      criteriaUrl: webAddress(criteria),
      awardedAt: instantOf(assertion['issuedOn']),
      validFrom: instantOf(assertion['issuedOn']),
      validUntil: instantOf(assertion['expires']),
    }),
  }
}
