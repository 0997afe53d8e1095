import { checkSchema } from './ob3-schema.js'
import { isRecord, textIn, type JsonRecord } from './read-badge-file.js'
import type { Check } from './verification.js'

const version1 = 'https://www.w3.org/2018/credentials/v1'
const version2 = 'https://www.w3.org/ns/credentials/v2'

const jwtClaims = new Set(['iss', 'sub', 'jti', 'nbf', 'exp', 'iat', 'aud'])

/** A credential of VC Data Model 1.1 written as one of 2.0, for the schema alone. */
function asVersion2(document: JsonRecord): JsonRecord {
  const bare = Object.fromEntries(Object.entries(document).filter(([term]) => !jwtClaims.has(term)))
  const contexts = [document['@context'] ?? []].flat()
  if (contexts[0] !== version1) return bare
  const { issuanceDate, expirationDate, ...rest } = bare
  const newer = contexts.slice(1).filter((one) => !/ed25519-2020|data-integrity/.test(textIn(one)))
  return {
    ...rest,
    '@context': [version2, ...newer],
    ...(issuanceDate !== undefined && { validFrom: issuanceDate }),
    ...(expirationDate !== undefined && { validUntil: expirationDate }),
  }
}

const mostShown = 3

/** Whether a credential has the shape its version asks for, and names somebody it was given to. */
export async function checkForm(document: JsonRecord): Promise<Check[]> {
  const faults = await checkSchema(asVersion2(document))
  const subject = [document['credentialSubject'] ?? []].flat()[0]
  const isNamed =
    isRecord(subject) && (subject['id'] !== undefined || subject['identifier'] !== undefined)
  return [
    faults.length === 0
      ? { name: 'schema', outcome: 'pass', why: 'version3' }
      : {
          name: 'schema',
          outcome: 'fail',
          why: 'wrong',
          params: { faults: faults.slice(0, mostShown).join('; ').slice(0, 300) },
        },
    isNamed
      ? { name: 'subject', outcome: 'pass', why: 'named' }
      : { name: 'subject', outcome: 'fail', why: 'nobody' },
  ]
}
