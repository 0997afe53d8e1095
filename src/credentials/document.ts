/**
 * The Open Badges 3.0 document of an award, on VC Data Model 2 (spec: 1EdTech Open Badges 3.0, section B; our table of what
 * we implement: docs/credentials.md). Everything in it is fixed at signing: a later edit of the badge signs nothing anew.
 */
import type { Award, Badge } from '../badges/badge.js'
import type { Skill } from '../badges/skill.js'
import type { Fact } from '../providers/evidence.js'
import { evidenceLevels } from '../providers/evidence.js'
import type { JsonObject } from './credential.js'

export const credentialContexts = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
] as const

const schemas = 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json'

/** `credentialSchema` of the documents we sign; never fetched, see ob3-schema.ts. */
export const schemaEntry = (name: 'achievementcredential' | 'endorsementcredential') => [
  { id: `${schemas}/ob_v3p0_${name}_schema.json`, type: '1EdTechJsonSchemaValidator2019' },
]

/** An instant as credentials write it: to the second, in UTC. */
export const instantText = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z')

/** Who signs, as the document names them. */
export interface IssuerProfile {
  readonly id: string
  readonly name: string
  readonly url: string
}

export const profileOf = ({ id, name, url }: IssuerProfile) => ({
  id,
  type: ['Profile'],
  name,
  url,
})

/** The words of a badge's achievement; in English, as its `inLanguage` says. */
export interface AchievementWords {
  readonly description: string
  /** What the badge takes, as Markdown. */
  readonly criteria: string
  /** The name of the result: "Evidence level". */
  readonly levelName: string
  readonly skill: (skill: Skill) => string
}

/** The words of one award's document. */
export interface DocumentWords extends AchievementWords {
  /** How the award was checked, in a sentence. */
  readonly narrative: string
  readonly evidence: (fact: Fact) => { readonly name: string; readonly narrative: string }
  readonly more: (count: number) => string
}

/** Everything a document is made of. */
export interface DocumentParts {
  readonly baseUrl: string
  readonly award: Award
  /** The version the award was decided on. */
  readonly badge: Badge
  readonly issuer: IssuerProfile
  readonly facts: readonly Fact[]
  readonly skills: readonly Skill[]
  readonly courses: readonly JsonObject[]
  readonly endorsements: readonly JsonObject[]
  readonly words: DocumentWords
  readonly identity?: { readonly hash: string; readonly salt: string }
  readonly awardedAt: Date
  readonly validFrom: Date
  readonly status: { readonly url: string; readonly index: number }
}

export const credentialUrl = (baseUrl: string, id: string): string => `${baseUrl}/credentials/${id}`
export const achievementUrl = (baseUrl: string, slug: string): string =>
  `${baseUrl}/achievements/${slug}`

/** More pieces of evidence than this are counted, not listed. */
const mostEvidence = 40

/** The unsigned document of an award. Lists that would be empty are left out (Open Badges 3.0, serialization). */
export function buildDocument(parts: DocumentParts): JsonObject {
  const { baseUrl, award, badge, issuer, words, status } = parts
  const id = credentialUrl(baseUrl, award.id)
  return {
    '@context': [...credentialContexts],
    id,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: badge.name,
    description: words.description,
    issuer: profileOf(issuer),
    validFrom: instantText(parts.validFrom),
    awardedDate: instantText(parts.awardedAt),
    credentialSubject: {
      id: `urn:uuid:${award.learnerId}`,
      type: ['AchievementSubject'],
      ...(parts.identity && { identifier: [identityObject(parts.identity)] }),
      narrative: words.narrative,
      achievement: achievementOf(parts),
      result: [
        {
          type: ['Result'],
          resultDescription: levelId(baseUrl, badge.slug),
          value: award.evidenceLevel,
        },
      ],
    },
    ...withItems('evidence', evidenceOf(id, parts)),
    credentialSchema: schemaEntry('achievementcredential'),
    credentialStatus: statusEntry(status),
  }
}

const withItems = (name: string, items: readonly object[]) =>
  items.length > 0 ? { [name]: items } : {}

/** Whose it is, without the address. */
export const identityObject = ({
  hash,
  salt,
}: {
  readonly hash: string
  readonly salt: string
}) => ({
  type: 'IdentityObject',
  hashed: true,
  identityType: 'emailAddress',
  identityHash: hash,
  salt,
})

const levelId = (baseUrl: string, slug: string) => `${achievementUrl(baseUrl, slug)}#evidence-level`

/** The achievement: what the badge is, whoever holds it. Served at /achievements/{slug} too. */
export function achievementOf(
  parts: Pick<
    DocumentParts,
    'baseUrl' | 'badge' | 'issuer' | 'skills' | 'courses' | 'endorsements'
  > & { readonly words: AchievementWords },
): JsonObject {
  const { baseUrl, badge, issuer, words, skills, courses, endorsements } = parts
  return {
    id: achievementUrl(baseUrl, badge.slug),
    type: ['Achievement'],
    achievementType: 'Badge',
    name: badge.name,
    description: words.description,
    criteria: { id: `${baseUrl}/badges/${badge.slug}`, narrative: words.criteria },
    creator: profileOf(issuer),
    version: String(badge.version),
    inLanguage: 'en',
    ...(badge.skills.length > 0 && { tag: [...badge.skills] }),
    ...withItems('alignment', [...skillAlignments(skills, words), ...courses]),
    resultDescription: [
      {
        id: levelId(baseUrl, badge.slug),
        type: ['ResultDescription'],
        name: words.levelName,
        resultType: 'PerformanceLevel',
        allowedValue: [...evidenceLevels],
        requiredValue: badge.lowestLevel,
      },
    ],
    ...withItems('endorsement', endorsements),
  }
}

/** Skills by O*NET's names, each with the occupation whose page lists it; a skill O*NET gives no occupation is left out. */
function skillAlignments(skills: readonly Skill[], words: AchievementWords): JsonObject[] {
  return skills.flatMap((skill) => {
    const [code] = skill.inDemand.length > 0 ? skill.inDemand : skill.socCodes
    if (code === undefined) return []
    return [
      {
        type: ['Alignment'],
        targetName: skill.name,
        targetUrl: `https://www.onetonline.org/link/summary/${code.includes('.') ? code : `${code}.00`}`,
        targetDescription: words.skill(skill),
        targetFramework: 'O*NET Technology Skills',
        targetType: 'ext:OnetTechnologySkill',
      },
    ]
  })
}

function evidenceOf(credentialId: string, { award, facts, words }: DocumentParts): JsonObject[] {
  const listed = facts.slice(0, mostEvidence)
  const more = award.facts.length - listed.length
  return [
    ...listed.map((fact, at) => ({
      id: `${credentialId}#evidence-${at + 1}`,
      type: ['Evidence'],
      ...words.evidence(fact),
      genre: fact.level,
    })),
    ...(more > 0
      ? [{ id: `${credentialId}#evidence-more`, type: ['Evidence'], name: words.more(more) }]
      : []),
  ]
}

/** What an endorsement is made of. */
export interface EndorsementParts {
  readonly id: string
  readonly name: string
  /** What is endorsed, by its id. */
  readonly achievement: string
  readonly comment: string
  readonly validFrom: Date
  readonly status: { readonly url: string; readonly index: number }
}

/** The unsigned document of an endorsement; who signs it sets `issuer`. */
export const buildEndorsement = (parts: EndorsementParts): JsonObject => ({
  '@context': [...credentialContexts],
  id: parts.id,
  type: ['VerifiableCredential', 'EndorsementCredential'],
  name: parts.name,
  validFrom: instantText(parts.validFrom),
  credentialSubject: {
    id: parts.achievement,
    type: ['EndorsementSubject'],
    endorsementComment: parts.comment,
  },
  credentialSchema: schemaEntry('endorsementcredential'),
  credentialStatus: statusEntry(parts.status),
})

/** The entry of a document in a status list. */
export const statusEntry = ({ url, index }: { readonly url: string; readonly index: number }) => ({
  id: `${url}#${index}`,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: String(index),
  statusListCredential: url,
})
