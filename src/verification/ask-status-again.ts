import { credentialIn } from '../credentials/jws.js'
import { kindOfBadge } from './badge-content.js'
import { checkBadge2 } from './check-open-badge-2.js'
import { checkStatus, type StatusWorld } from './check-status.js'
import { readBadgeText, type BadgeFile, type JsonRecord, type Payload } from './read-badge-file.js'
import type { Check } from './verification.js'
import { badgesInside, verifyCredential, type Verification } from './verify-credential.js'

const textOf = (payload: Payload): string => {
  if (payload.kind === 'token') return payload.token.compact
  if (payload.kind === 'address') return payload.address
  return payload.kind === 'document' ? JSON.stringify(payload.document) : ''
}

/** Each badge of a verdict with its own text, to be asked about again: the file's, or of a learner record those inside. */
export function textsOf(
  { payload }: Pick<BadgeFile, 'payload'>,
  { parts }: Pick<Verification, 'parts'>,
): readonly string[] {
  if (parts.length === 0) return [textOf(payload)]
  const document =
    payload.kind === 'token'
      ? (credentialIn(payload.token.claims) as JsonRecord)
      : payload.kind === 'document'
        ? payload.document
        : {}
  return badgesInside(document).map((inside) => JSON.stringify(inside))
}

/**
 * Whether the issuer has withdrawn a badge that passed every check before: asks for its status only. A badge whose issuer
 * has a newer version of it is not withdrawn.
 */
export async function askStatusAgain(text: string, world: StatusWorld): Promise<Check> {
  const file = readBadgeText(text)
  const check = await statusOf(file, world)
  if (check.outcome !== 'fail') return check
  const { checks } = await verifyCredential(file, world)
  return checks.find(({ name }) => name === 'status') ?? check
}

async function statusOf({ payload }: BadgeFile, world: StatusWorld): Promise<Check> {
  const document =
    payload.kind === 'token'
      ? (credentialIn(payload.token.claims) as JsonRecord)
      : payload.kind === 'document'
        ? payload.document
        : undefined
  if (document && kindOfBadge(document) !== 'open-badge-2') return checkStatus(document, world)
  const { checks } = await checkBadge2(payload, world)
  const found = checks.find(({ name }) => name === 'status')
  return found ?? { name: 'status', outcome: 'not_checked', why: 'hosted' }
}
