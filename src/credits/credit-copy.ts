/**
 * The credit a claim was given as a signed credential of the course, by the college, or by the program for a college that
 * has no key of its own. It has the claim's id. When a later decision gives another amount, what was signed before is
 * revoked and a new copy is signed.
 */
import type { JsonObject } from '../credentials/credential.js'
import {
  credentialContexts,
  credentialUrl,
  identityObject,
  instantText,
  schemaEntry,
  statusEntry,
} from '../credentials/document.js'
import type { Claim } from '../claims/claim.js'

/** One signing. `embedded` is the JSON text with its proof, `jws` the same content as a VC-JWT. */
export interface CreditCopy {
  /** 1, 2, 3 … */
  readonly number: number
  readonly credits: number
  readonly signedAt: Date
  readonly issuerId: string
  /** The college that the program signed for, where it has no key. */
  readonly signedFor?: string
  readonly statusList: string
  readonly statusIndex: number
  readonly embedded: string
  readonly jws: string
  readonly revokedAt?: Date
}

/** True for a copy that says what the claim was given, as it stands. */
export const isCurrent = (
  copy: Pick<CreditCopy, 'credits' | 'revokedAt'>,
  granted: number | undefined,
): boolean => copy.revokedAt === undefined && copy.credits === granted

/** When the decision that gave this much was taken. */
export const givenAt = ({
  events,
  granted,
  changedAt,
}: Pick<Claim, 'events' | 'granted' | 'changedAt'>): Date =>
  events.findLast(({ credits }) => credits === granted)?.at ?? changedAt

/** What the document of a claim's credit is made of. */
export interface CreditDocumentParts {
  readonly claim: Claim
  readonly credits: number
  readonly baseUrl: string
  /** Who signs, as a profile. */
  readonly issuer: JsonObject
  readonly identity?: { readonly hash: string; readonly salt: string }
  readonly validFrom: Date
  readonly status: { readonly url: string; readonly index: number }
}

/** The id of the course as an achievement: the public page of the agreement version it was given under. */
export const courseAchievementId = (baseUrl: string, { agreement }: Claim): string =>
  `${baseUrl}/crosswalk/agreements/${agreement.id}`

/** The unsigned document. The specification's number of credits has no unit, so the sentence beside it names it. */
export function buildCreditDocument(parts: CreditDocumentParts): JsonObject {
  const { claim, credits, baseUrl, issuer } = parts
  const { agreement, collegeName } = claim
  const course = `${agreement.course} ${agreement.courseTitle}`
  const amount = `${credits} ${agreement.unit} ${credits === 1 ? 'credit' : 'credits'}`
  const id = `urn:uuid:${claim.id}`
  const invented = claim.demonstration ? ' This is an invented demonstration.' : ''
  return {
    '@context': [...credentialContexts],
    id,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: course,
    description: `${collegeName} gave ${amount} for ${course}.${invented}`,
    issuer,
    validFrom: instantText(parts.validFrom),
    awardedDate: instantText(givenAt(claim)),
    credentialSubject: {
      id: `urn:uuid:${claim.learnerId}`,
      type: ['AchievementSubject'],
      ...(parts.identity && { identifier: [identityObject(parts.identity)] }),
      creditsEarned: credits,
      narrative: `${amount}, ${agreement.fills === 'requirement' ? 'filling a requirement' : 'as an elective'}.`,
      achievement: {
        id: courseAchievementId(baseUrl, claim),
        type: ['Achievement'],
        achievementType: 'Course',
        name: course,
        humanCode: agreement.course,
        description: `A course of ${collegeName}.`,
        criteria: {
          narrative: `Decided by ${collegeName} under version ${agreement.version} of its agreement, on the badges named as evidence.`,
        },
        creator: { id: `urn:uuid:${claim.collegeId}`, type: ['Profile'], name: collegeName },
        creditsAvailable: agreement.credits,
        inLanguage: 'en',
      },
    },
    evidence: claim.badges.map((badge) => ({
      id: credentialUrl(baseUrl, badge.awardId),
      type: ['Evidence'],
      name: badge.name,
      genre: badge.evidenceLevel,
    })),
    credentialSchema: schemaEntry('achievementcredential'),
    credentialStatus: statusEntry(parts.status),
  }
}
