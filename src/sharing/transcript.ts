/**
 * A CLR 2.0 transcript: one signed document that holds whole signed badges, each with its own proof, and the courses that
 * colleges gave credit for on them, signed too. The order of contexts is the one the validator of 1EdTech asks for.
 */
import type { Claim } from '../claims/claim.js'
import { courseAchievementId } from '../credits/credit-copy.js'
import { clrContextUrl } from '../credentials/clr-context.js'
import type { JsonObject } from '../credentials/credential.js'
import { achievementUrl, credentialContexts, instantText } from '../credentials/document.js'

const [credentialsV2, openBadges, extensions] = credentialContexts

const schema = {
  id: 'https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json',
  type: '1EdTechJsonSchemaValidator2019',
}

export interface TranscriptParts {
  readonly id: string
  readonly name: string
  readonly learnerId: string
  readonly at: Date
  readonly baseUrl: string
  /** Signed documents of badges, with the slugs of those badges. */
  readonly badges: readonly { readonly slug: string; readonly document: JsonObject }[]
  /** What colleges gave credit for, each with its signed document; only what rests on one of the badges is told. */
  readonly granted: readonly { readonly claim: Claim; readonly document: JsonObject }[]
}

/** The unsigned transcript. `partial` is always true: a learner chose what is in it. */
export function buildTranscript(parts: TranscriptParts): JsonObject {
  const { badges, baseUrl } = parts
  const chosen = new Set(badges.map(({ slug }) => slug))
  const told = parts.granted.filter(({ claim }) =>
    claim.badges.some(({ slug }) => chosen.has(slug)),
  )
  const associations = told.flatMap(({ claim }) =>
    claim.badges
      .filter(({ slug }) => chosen.has(slug))
      .map(({ slug }) => ({
        type: 'Association',
        associationType: 'isRelatedTo',
        sourceId: achievementUrl(baseUrl, slug),
        targetId: courseAchievementId(baseUrl, claim),
      })),
  )
  return {
    '@context': [credentialsV2, clrContextUrl, openBadges, extensions],
    id: parts.id,
    type: ['VerifiableCredential', 'ClrCredential'],
    name: parts.name,
    partial: true,
    validFrom: instantText(parts.at),
    credentialSubject: {
      id: `urn:uuid:${parts.learnerId}`,
      type: ['ClrSubject'],
      verifiableCredential: [...badges, ...told].map(({ document }) => document),
      ...(told.length > 0 && { association: associations }),
    },
    credentialSchema: [schema],
  }
}
