/**
 * Lists of badges that people can save elsewhere: a Credly profile, a Badgr (Canvas Credentials) backpack, a public
 * freeCodeCamp profile. None is signed, so what they say is self-reported; keys we do not use may be anything.
 */
import { contentOfBadge2, type HolderIdentity } from '../verification/badge-content.js'
import { isRecord, textIn, type JsonRecord } from '../verification/read-badge-file.js'

/** One badge of an export; `row` is its place in the list, from 1. */
export interface ExportedBadge {
  readonly row: number
  readonly provider: string
  readonly providerName: string
  readonly item: string
  readonly title: string
  /** As written: a day or an instant. */
  readonly earnedAt: string
  readonly expiresAt: string
  readonly isRevoked: boolean
  /** Its own id at the provider. */
  readonly id: string
  readonly url?: string
  readonly identities: readonly HolderIdentity[]
}

const recordsIn = (value: unknown): readonly JsonRecord[] =>
  Array.isArray(value) ? value.filter(isRecord) : []
const recordIn = (value: unknown): JsonRecord => (isRecord(value) ? value : {})

type Reader = (document: JsonRecord) => readonly Omit<ExportedBadge, 'row'>[] | undefined

const plain = { expiresAt: '', isRevoked: false, identities: [] } as const

const credly: Reader = ({ data }) => {
  const badges = recordsIn(data)
  if (!badges.some((badge) => isRecord(badge['badge_template']))) return undefined
  return badges.map((badge) => {
    const template = recordIn(badge['badge_template'])
    const entities = recordsIn(recordIn(badge['issuer'] ?? template['issuer'])['entities'])
    const entity = entities.find(({ primary }) => primary === true) ?? entities[0]
    const id = textIn(badge['id'])
    return {
      ...plain,
      provider: 'credly.com',
      providerName: textIn(recordIn(entity?.['entity'])['name']) || 'Credly',
      item: textIn(template['id']) || textIn(template['url']) || textIn(template['name']),
      title: textIn(template['name']),
      earnedAt: textIn(badge['issued_at_date']) || textIn(badge['issued_at']),
      expiresAt: textIn(badge['expires_at_date']),
      id,
      ...(/^[\w-]{1,80}$/.test(id) && { url: `https://www.credly.com/badges/${id}` }),
    }
  })
}

const badgr: Reader = ({ result }) => {
  const badges = recordsIn(result)
  if (!badges.some((badge) => 'badgeclass' in badge || 'badgeclassOpenBadgeId' in badge))
    return undefined
  return badges.map((badge) => {
    const badgeClass = recordIn(badge['badgeclass'])
    const issuer = recordIn(badge['issuer'])
    const { identities } = contentOfBadge2(badge)
    const plainly = textIn(recordIn(badge['recipient'])['plaintextIdentity'])
    const shown = { type: 'email', value: plainly, hashed: false, salt: '' }
    return {
      provider: textIn(badge['issuerOpenBadgeId']) || textIn(badge['issuer']) || 'badgr.com',
      providerName: textIn(issuer['name']) || 'Badgr',
      item: textIn(badge['badgeclassOpenBadgeId']) || textIn(badge['badgeclass']),
      title: textIn(badgeClass['name']) || textIn(badge['badgeclassOpenBadgeId']),
      earnedAt: textIn(badge['issuedOn']),
      expiresAt: textIn(badge['expires']),
      isRevoked: badge['revoked'] === true,
      id: textIn(badge['openBadgeId']) || textIn(badge['entityId']),
      identities: plainly === '' ? identities : [shown],
    }
  })
}

/** freeCodeCamp's own ids of its certifications. */
const certifications: Readonly<Record<string, string>> = {
  '561add10cb82ac38a17513bc': 'Responsive Web Design',
  '561abd10cb81ac38a17513bc': 'JavaScript Algorithms and Data Structures',
  '658180220947283cdc0689ce': 'JavaScript Algorithms and Data Structures',
  '561acd10cb82ac38a17513bc': 'Front End Development Libraries',
  '5a553ca864b52e1d8bceea14': 'Data Visualization',
  '606243f50267e718b1e755f4': 'Relational Database',
  '561add10cb82ac38a17523bc': 'Back End Development and APIs',
  '5e611829481575a52dc59c0e': 'Quality Assurance',
  '5e44431b903586ffb414c951': 'Scientific Computing with Python',
  '5e46fc95ac417301a38fb934': 'Data Analysis with Python',
  '5e6021435ac9d0ecd8b94b00': 'Information Security',
  '5e46fc95ac417301a38fb935': 'Machine Learning with Python',
  '61531b20cc9dfa2741a5b800': 'College Algebra with Python',
  '647f7da207d29547b3bee1ba': 'Foundational C# with Microsoft',
  '561add10cb82ac38a17513be': 'Legacy Front End',
  '660add10cb82ac38a17513be': 'Legacy Back End',
  '561add10cb82ac39a17513bc': 'Legacy Data Visualization',
  '561add10cb82ac38a17213bc': 'Legacy Information Security and Quality Assurance',
  '561add10cb82ac38a17213bd': 'Legacy Full Stack',
}

const instantIn = (value: unknown): string =>
  typeof value === 'number' && Math.abs(value) < 8.64e15 ? new Date(value).toISOString() : ''

/** A profile of freeCodeCamp, with or without what its API wraps around it; only certifications count. */
const freeCodeCamp: Reader = (document) => {
  const users = recordIn(recordIn(document['entities'])['user'])
  const user = recordsIn(Object.values(users))[0] ?? document
  if (!Array.isArray(user['completedChallenges']) || typeof user['username'] !== 'string')
    return undefined
  return recordsIn(user['completedChallenges']).flatMap((done) => {
    const id = textIn(done['id'])
    const title = Object.hasOwn(certifications, id) ? certifications[id] : undefined
    if (title === undefined) return []
    return {
      ...plain,
      provider: 'freecodecamp.org',
      providerName: 'freeCodeCamp',
      item: id,
      title,
      earnedAt: instantIn(done['completedDate']),
      id: `${textIn(user['username'])}/${id}`,
    }
  })
}

/** The badges of an export we know; undefined for any other document. */
export function badgesInExport(document: JsonRecord): readonly ExportedBadge[] | undefined {
  for (const read of [credly, badgr, freeCodeCamp]) {
    const badges = read(document)
    if (badges) return badges.map((badge, at) => ({ row: at + 1, ...badge }))
  }
  return undefined
}
