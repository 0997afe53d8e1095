/**
 * Agreements as Credential Engine's CTDL: a TransferValueProfile each, with the college, the badges and the course it names
 * (credreg.net/ctdl, "Transfer Value Profile"; units and states as its registry publishes them).
 */
import { needed, type Agreement, type CreditUnit } from '../agreements/agreement.js'

/** What a download needs besides the agreement: where this site is, and names. */
export interface CtdlSetting {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly badgeNames: ReadonlyMap<string, string>
  readonly offered: boolean
}

export const ctdlContext = 'https://credreg.net/ctdl/schema/context/json'

const inEnglish = (text: string) => ({ 'en-US': text })

const units: Readonly<Record<CreditUnit, { node: string; name: string }>> = {
  quarter: { node: 'creditUnit:QuarterHour', name: 'Quarter Hour' },
  semester: { node: 'creditUnit:SemesterHour', name: 'Semester Hour' },
}

const term = (framework: string, frameworkName: string, node: string, name: string) => ({
  '@type': 'ceterms:CredentialAlignmentObject',
  'ceterms:framework': `https://credreg.net/ctdl/terms/${framework}`,
  'ceterms:frameworkName': inEnglish(frameworkName),
  'ceterms:targetNode': node,
  'ceterms:targetNodeName': inEnglish(name),
})

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

const statusOf = ({ demonstration }: Agreement, offered: boolean) =>
  demonstration ? 'Developing' : offered ? 'Active' : 'Ceased'

const collegeNode = ({ collegeId, collegeName }: Agreement) => ({
  '@id': `_:college-${collegeId}`,
  '@type': 'ceterms:CredentialOrganization',
  'ceterms:name': inEnglish(collegeName),
})

const courseId = ({ collegeId, course }: Agreement) =>
  `_:course-${collegeId}-${course.replace(/\W+/g, '-')}`

const courseNode = (agreement: Agreement) => ({
  '@id': courseId(agreement),
  '@type': 'ceterms:Course',
  'ceterms:name': inEnglish(agreement.courseTitle),
  'ceterms:codedNotation': agreement.course,
  'ceterms:offeredBy': [`_:college-${agreement.collegeId}`],
})

const badgeId = (baseUrl: string, slug: string) => `${baseUrl}/badges/${slug}`

const badgeNode = (slug: string, { baseUrl, badgeNames }: CtdlSetting) => ({
  '@id': badgeId(baseUrl, slug),
  '@type': 'ceterms:DigitalBadge',
  'ceterms:name': inEnglish(badgeNames.get(slug) ?? slug),
  'ceterms:subjectWebpage': badgeId(baseUrl, slug),
})

function conditionOf(agreement: Agreement, { baseUrl }: CtdlSetting) {
  const { badges, lowestLevel, maxAgeMonths, conditions } = agreement
  const asked =
    needed(badges) === badges.of.length
      ? `All ${badges.of.length} badges`
      : `Any ${needed(badges)} of ${badges.of.length} badges`
  const lines = [
    `${asked}, evidence at least ${lowestLevel}.`,
    ...(maxAgeMonths === undefined ? [] : [`No badge older than ${maxAgeMonths} months.`]),
    ...(conditions === undefined ? [] : [conditions]),
  ]
  return {
    '@type': 'ceterms:ConditionProfile',
    'ceterms:condition': { 'en-US': lines },
    'ceterms:targetCredential': badges.of.map((slug) => badgeId(baseUrl, slug)),
  }
}

const descriptionOf = (agreement: Agreement) =>
  [
    agreement.demonstration ? 'Demonstration: no college has agreed to this.' : '',
    `${agreement.collegeName} ${agreement.advisory ? 'usually gives' : 'gives'} ${agreement.credits} ${agreement.unit} credits for ${agreement.course}, as ${agreement.fills === 'requirement' ? 'a requirement' : 'an elective only'}.`,
    agreement.note ?? '',
  ]
    .filter((line) => line !== '')
    .join(' ')

function profileOf(agreement: Agreement, setting: CtdlSetting) {
  const url = `${setting.baseUrl}/crosswalk/agreements/${agreement.id}`
  const { node, name } = units[agreement.unit]
  const status = statusOf(agreement, setting.offered)
  return {
    '@id': url,
    '@type': 'ceterms:TransferValueProfile',
    ...(isUuid(agreement.id) && { 'ceterms:ctid': `ce-${agreement.id}` }),
    'ceterms:name': inEnglish(`${agreement.course} ${agreement.courseTitle}`),
    'ceterms:description': inEnglish(descriptionOf(agreement)),
    'ceterms:subjectWebpage': url,
    'ceterms:ownedBy': [`_:college-${agreement.collegeId}`],
    'ceterms:startDate': agreement.from,
    ...(agreement.to !== undefined && { 'ceterms:endDate': agreement.to }),
    'ceterms:lifeCycleStatusType': term(
      'LifeCycleStatus',
      'Life Cycle Status',
      `lifeCycle:${status}`,
      status,
    ),
    'ceterms:identifier': [
      {
        '@type': 'ceterms:IdentifierValue',
        'ceterms:identifierTypeName': inEnglish('Agreement version'),
        'ceterms:identifierValueCode': `${agreement.series} ${agreement.version}`,
      },
    ],
    'ceterms:transferValue': [
      {
        '@type': 'ceterms:ValueProfile',
        'schema:value': agreement.credits,
        'ceterms:creditUnitType': [term('CreditUnit', 'Credit Unit', node, name)],
      },
    ],
    'ceterms:transferValueFrom': agreement.badges.of.map((slug) => badgeId(setting.baseUrl, slug)),
    'ceterms:transferValueFor': [courseId(agreement)],
    'ceterms:requires': [conditionOf(agreement, setting)],
  }
}

/** The nodes of one agreement for an `@graph`: its profile, then what the profile refers to. */
export const ctdlNodes = (
  agreement: Agreement,
  setting: CtdlSetting,
): { readonly '@id': string; readonly [property: string]: unknown }[] => [
  profileOf(agreement, setting),
  collegeNode(agreement),
  courseNode(agreement),
  ...agreement.badges.of.map((slug) => badgeNode(slug, setting)),
]
