/**
 * A credential is the signed document of one award and has the award's id. Each signing is a copy: a new copy has the same
 * document id, a newer validFrom and an index of its own in a status list. A copy that was withdrawn stays withdrawn (W3C:
 * revocation is not reversible), so lifting a suspension signs a new copy.
 */
import type { EvidenceLevel } from '../providers/evidence.js'

/** A JSON object as it was read or will be written. */
export interface JsonObject {
  readonly [name: string]: unknown
}

export const credentialStates = ['live', 'suspended', 'revoked'] as const
export type CredentialState = (typeof credentialStates)[number]

/** Why a copy no longer counts: for good, for now, or because a corrected one took its place. */
export interface CopyWithdrawal {
  readonly kind: 'revoked' | 'suspended' | 'replaced'
  readonly at: Date
  /** The account of the manager. */
  readonly by: string
  readonly reason: string
}

/** One signing. `embedded` is the JSON text with an eddsa-rdfc-2022 proof, `jws` the same content as an RS256 VC-JWT. */
export interface Copy {
  /** 1, 2, 3 … */
  readonly number: number
  readonly signedAt: Date
  readonly badgeVersion: number
  readonly evidenceLevel: EvidenceLevel
  /** The id of the status list, and the place in it. */
  readonly statusList: string
  readonly statusIndex: number
  /** The ids of the keys that signed it. */
  readonly keyIds: readonly string[]
  readonly embedded: string
  readonly jws: string
  readonly withdrawn?: CopyWithdrawal
}

export interface Credential {
  /** The award's id. */
  readonly id: string
  readonly learnerId: string
  readonly communityId: string
  readonly badge: string
  /** The DID of who signed it. */
  readonly issuerId: string
  /** Of the hash of the learner's address; another one for each credential. */
  readonly salt: string
  readonly identityHash?: string
  readonly state: CredentialState
  /** Latest last; never empty. */
  readonly copies: readonly Copy[]
}

/** The copy to show: the latest. */
export function currentCopy(credential: Pick<Credential, 'copies'>): Copy {
  const copy = credential.copies.at(-1)
  if (!copy) throw new Error('a credential without a copy')
  return copy
}

/** The copies that still count: what withdrawing or suspending must end. */
export const countingCopies = (credential: Pick<Credential, 'copies'>): readonly Copy[] =>
  credential.copies.filter(({ withdrawn }) => withdrawn === undefined)
