/**
 * The JSON Schemas (draft 2019-09) of the three credentials we sign or read, written from the classes of Open Badges 3.0
 * (1EdTech, data model, section B) and CLR 2.0. Where the specification lets a list of one be written alone, both pass.
 */
import type { JsonObject } from '../credentials/credential.js'

export type SchemaName = 'achievement' | 'endorsement' | 'clr'

const types: Readonly<Record<string, SchemaName>> = {
  OpenBadgeCredential: 'achievement',
  AchievementCredential: 'achievement',
  EndorsementCredential: 'endorsement',
  ClrCredential: 'clr',
}

/** Which schema a document must fit, by its `type`; undefined for none of ours. */
export function schemaFor(document: JsonObject): SchemaName | undefined {
  const named = [document['type']].flat().flatMap((type) => types[String(type)] ?? [])
  return (['clr', 'endorsement', 'achievement'] as const).find((name) => named.includes(name))
}

type Shape = Readonly<Record<string, unknown>>

const text = { type: 'string', minLength: 1 }
const uri = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9+.-]*:.+' }
const url = { type: 'string', format: 'uri' }
const instant = {
  type: 'string',
  pattern: '^-?\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
}
const number = { type: 'number' }
const flag = { type: 'boolean' }

const listOf = (item: Shape) => ({ type: 'array', minItems: 1, items: item })
const oneOrMore = (item: Shape) => ({ anyOf: [item, listOf(item)] })
const named = (word: string) => ({
  anyOf: [{ const: word }, { type: 'array', minItems: 1, items: text, contains: { const: word } }],
})
const ref = (name: string) => ({ $ref: `#/$defs/${name}` })

const object = (required: readonly string[], properties: Shape, closed = false) => ({
  type: 'object',
  required,
  properties,
  ...(closed && { additionalProperties: false }),
})

const achievementTypes =
  '^(Achievement|ApprenticeshipCertificate|Assessment|Assignment|AssociateDegree|Award|Badge|BachelorDegree|Certificate|CertificateOfCompletion|Certification|CommunityService|Competency|Course|CoCurricular|Degree|Diploma|DoctoralDegree|Fieldwork|GeneralEducationDevelopment|JourneymanCertificate|LearningProgram|License|Membership|ProfessionalDoctorate|QualityAssuranceCredential|MasterCertificate|MasterDegree|MicroCredential|ResearchDoctorate|SecondarySchoolDiploma|ext:[A-Za-z0-9._|-]+)$'
const targetTypes =
  '^(ceasn:Competency|ceterms:Credential|CFItem|CFRubric|CFRubricCriterion|CFRubricCriterionLevel|CTDL|ext:[A-Za-z0-9._|-]+)$'
const resultTypes =
  '^(GradePointAverage|LetterGrade|Percent|PerformanceLevel|PredictedScore|RawScore|Result|RubricCriterion|RubricCriterionLevel|RubricScore|ScaledScore|Status|ext:[A-Za-z0-9._|-]+)$'
const statuses = [
  'Completed',
  'Enrolled',
  'Failed',
  'InProgress',
  'OnHold',
  'Provisional',
  'Withdrew',
]

const image = object(['id', 'type'], { id: uri, type: named('Image'), caption: text })

const definitions = {
  profile: object(['id', 'type'], {
    id: uri,
    type: named('Profile'),
    name: text,
    url,
    phone: text,
    description: { type: 'string' },
    email: text,
    image: { anyOf: [uri, image] },
    otherIdentifier: listOf({ type: 'object' }),
    official: text,
    parentOrg: ref('profile'),
  }),
  identityObject: object(
    ['type', 'hashed', 'identityHash', 'identityType'],
    {
      type: { anyOf: [{ const: 'IdentityObject' }, listOf({ const: 'IdentityObject' })] },
      hashed: flag,
      identityHash: text,
      identityType: text,
      salt: { type: 'string' },
    },
    true,
  ),
  alignment: object(['type', 'targetName', 'targetUrl'], {
    type: named('Alignment'),
    targetName: text,
    targetUrl: url,
    targetCode: text,
    targetDescription: { type: 'string' },
    targetFramework: text,
    targetType: { type: 'string', pattern: targetTypes },
  }),
  resultDescription: object(['id', 'type', 'name', 'resultType'], {
    id: uri,
    type: named('ResultDescription'),
    name: text,
    resultType: { type: 'string', pattern: resultTypes },
    allowedValue: listOf(text),
    requiredValue: text,
    valueMin: text,
    valueMax: text,
    requiredLevel: uri,
    alignment: oneOrMore(ref('alignment')),
    rubricCriterionLevel: listOf(
      object(['id', 'type', 'name'], { id: uri, type: named('RubricCriterionLevel'), name: text }),
    ),
  }),
  achievement: object(['id', 'type', 'name', 'description', 'criteria'], {
    id: uri,
    type: named('Achievement'),
    name: text,
    description: { type: 'string' },
    criteria: {
      ...object([], { id: uri, narrative: text }),
      anyOf: [{ required: ['id'] }, { required: ['narrative'] }],
    },
    achievementType: { type: 'string', pattern: achievementTypes },
    alignment: oneOrMore(ref('alignment')),
    creator: ref('profile'),
    creditsAvailable: number,
    fieldOfStudy: text,
    humanCode: text,
    image: { anyOf: [uri, image] },
    inLanguage: { type: 'string', pattern: '^[a-z]{2,4}(-[A-Za-z0-9]+)*$' },
    otherIdentifier: listOf({ type: 'object' }),
    resultDescription: oneOrMore(ref('resultDescription')),
    specialization: text,
    tag: listOf(text),
    version: text,
    endorsement: oneOrMore({ type: 'object' }),
    endorsementJwt: listOf(text),
  }),
  result: object(['type'], {
    type: named('Result'),
    resultDescription: uri,
    value: text,
    achievedLevel: uri,
    status: { enum: statuses },
    alignment: oneOrMore(ref('alignment')),
  }),
  evidence: object(['type'], {
    id: uri,
    type: named('Evidence'),
    name: text,
    narrative: { type: 'string' },
    description: { type: 'string' },
    genre: text,
    audience: text,
  }),
  proof: object(['type'], { type: text, proofPurpose: text, created: instant, proofValue: text }),
  credentialStatus: object(['id', 'type'], { id: uri, type: text }),
  credentialSchema: object(['id', 'type'], { id: uri, type: text }),
} as const

const badgeContext = '^https://purl\\.imsglobal\\.org/spec/ob/v3p0/context(-3\\.\\d\\.\\d)*\\.json$'
const firstContext = {
  enum: ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/2018/credentials/v1'],
}
const context = (...rest: Shape[]) => ({
  type: 'array',
  minItems: rest.length + 1,
  items: [firstContext, ...rest],
  additionalItems: { anyOf: [url, { type: 'object' }] },
})
const badge = { type: 'string', pattern: badgeContext }
const clrContext = {
  type: 'string',
  pattern: '^https://purl\\.imsglobal\\.org/spec/clr/v2p0/context(-2\\.\\d\\.\\d)*\\.json$',
}

/** What every credential has; VC Data Model 1.1 dates too, for badges of before 2.0. */
const credential = (schema: {
  readonly id: string
  readonly contexts: Shape
  readonly type: readonly string[]
  readonly subject: Shape
  readonly more?: Shape
  readonly required?: readonly string[]
}) => ({
  $id: schema.id,
  $defs: definitions,
  type: 'object',
  required: ['@context', 'id', 'type', 'issuer', 'credentialSubject', ...(schema.required ?? [])],
  anyOf: [{ required: ['validFrom'] }, { required: ['issuanceDate'] }],
  properties: {
    '@context': schema.contexts,
    id: uri,
    type: {
      type: 'array',
      items: text,
      allOf: [{ contains: { const: 'VerifiableCredential' } }, { contains: { enum: schema.type } }],
    },
    issuer: { anyOf: [uri, ref('profile')] },
    validFrom: instant,
    validUntil: instant,
    issuanceDate: instant,
    expirationDate: instant,
    awardedDate: instant,
    name: text,
    description: { type: 'string' },
    image: { anyOf: [uri, image] },
    credentialSubject: schema.subject,
    credentialStatus: ref('credentialStatus'),
    credentialSchema: oneOrMore(ref('credentialSchema')),
    refreshService: object(['id', 'type'], { id: uri, type: text }),
    evidence: oneOrMore(ref('evidence')),
    endorsement: oneOrMore({ type: 'object' }),
    endorsementJwt: listOf(text),
    proof: oneOrMore(ref('proof')),
    ...schema.more,
  },
})

const identifiers = oneOrMore(ref('identityObject'))

/** The schemas, by name. */
export const schemasOf = (): Readonly<Record<SchemaName, object>> => ({
  achievement: credential({
    id: 'urn:waymark:schema:achievement',
    contexts: context(badge),
    type: ['AchievementCredential', 'OpenBadgeCredential'],
    subject: {
      ...object(['type', 'achievement'], {
        id: uri,
        type: named('AchievementSubject'),
        achievement: ref('achievement'),
        identifier: identifiers,
        activityStartDate: instant,
        activityEndDate: instant,
        creditsEarned: number,
        licenseNumber: text,
        narrative: { type: 'string' },
        result: oneOrMore(ref('result')),
        role: text,
        source: ref('profile'),
        term: text,
      }),
      anyOf: [{ required: ['id'] }, { required: ['identifier'] }],
    },
  }),
  endorsement: credential({
    id: 'urn:waymark:schema:endorsement',
    contexts: context(badge),
    type: ['EndorsementCredential'],
    required: ['name'],
    subject: object(['id', 'type'], {
      id: uri,
      type: named('EndorsementSubject'),
      endorsementComment: { type: 'string' },
    }),
  }),
  clr: credential({
    id: 'urn:waymark:schema:clr',
    contexts: context(clrContext, badge),
    type: ['ClrCredential'],
    required: ['name'],
    more: { partial: flag },
    subject: object(['type', 'verifiableCredential'], {
      id: uri,
      type: named('ClrSubject'),
      identifier: identifiers,
      verifiableCredential: listOf({ type: 'object' }),
      achievement: listOf(ref('achievement')),
      association: listOf(
        object(['type', 'associationType', 'sourceId', 'targetId'], {
          type: oneOrMore(text),
          associationType: {
            enum: [
              'exactMatchOf',
              'isChildOf',
              'isParentOf',
              'isPartOf',
              'isPeerOf',
              'isRelatedTo',
              'precedes',
              'replacedBy',
            ],
          },
          sourceId: uri,
          targetId: uri,
        }),
      ),
    }),
  }),
})
