import mongoose from 'mongoose'
import { duplicatesIn } from '../duplicate-keys.js'
import { outboxEntrySchema, outboxIn, outboxIndex } from '../messages/outbox-store.js'
import type { OutboxEntry } from '../messages/outbox.js'
import { evidenceLevels, type EvidenceLevel } from '../providers/evidence.js'
import {
  countingCopies,
  credentialStates,
  type Copy,
  type CopyWithdrawal,
  type Credential,
  type CredentialState,
} from './credential.js'

/** A bit of a status list that must be set because its copy no longer counts. */
export interface DueBit {
  readonly list: string
  readonly index: number
}

interface Row extends Omit<Credential, 'id'> {
  readonly _id: string
  readonly copyCount: number
  readonly signedAt: Date
  /** Bits that are not set yet: written with the decision, taken out once the lists have them. */
  readonly due: readonly DueBit[]
  readonly outbox: readonly OutboxEntry[]
}

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const
const date = { type: Date, required: true } as const
const sealed = { _id: false, strict: 'throw' } as const

const copySchema = new mongoose.Schema<Copy>(
  {
    number,
    signedAt: date,
    badgeVersion: number,
    evidenceLevel: { ...text, enum: evidenceLevels },
    statusList: text,
    statusIndex: number,
    keyIds: [String],
    embedded: text,
    jws: text,
    withdrawn: new mongoose.Schema<CopyWithdrawal>(
      {
        kind: { ...text, enum: ['revoked', 'suspended', 'replaced'] },
        at: date,
        by: text,
        reason: text,
      },
      sealed,
    ),
  },
  sealed,
)

const schema = new mongoose.Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    badge: text,
    issuerId: text,
    salt: text,
    identityHash: String,
    state: { ...text, enum: credentialStates },
    copies: [copySchema],
    copyCount: number,
    signedAt: date,
    due: [new mongoose.Schema<DueBit>({ list: text, index: number }, sealed)],
    outbox: [outboxEntrySchema],
  },
  { collection: 'credentials', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1 })
schema.index({ communityId: 1, signedAt: -1, _id: -1 })
schema.index({ communityId: 1, state: 1, signedAt: -1, _id: -1 })
schema.index({ communityId: 1, badge: 1, signedAt: -1, _id: -1 })
schema.index({ communityId: 1, badge: 1, state: 1, signedAt: -1, _id: -1 })
schema.index({ 'due.list': 1 }, { partialFilterExpression: { 'due.list': { $exists: true } } })
schema.index(...outboxIndex)

const Credentials = mongoose.model('Credential', schema)

export const credentialOutbox = outboxIn('Credential')

const hidden = { copyCount: 0, signedAt: 0, due: 0, outbox: 0 } as const
type Shown = Omit<Row, keyof typeof hidden>

const toCredential = ({ _id, ...rest }: Shown): Credential => ({ id: _id, ...rest })

/** One credential with all its copies. */
export async function findCredential(id: string): Promise<Credential | undefined> {
  const row = await Credentials.findById(id, hidden).lean<Shown>()
  return row ? toCredential(row) : undefined
}

/** What the latest copy of a credential rests on. */
export interface SignedCopy {
  readonly state: CredentialState
  readonly evidenceLevel: EvidenceLevel
  readonly badgeVersion: number
}

/** The latest copies of those of these awards that have been signed, by award, without what was signed. */
export async function signedCopies(ids: readonly string[]): Promise<Map<string, SignedCopy>> {
  const fields = { state: 1, 'copies.evidenceLevel': 1, 'copies.badgeVersion': 1 } as const
  const rows = await Credentials.find({ _id: { $in: [...ids] } }, fields).lean<Row[]>()
  return new Map(
    rows.flatMap(({ _id, state, copies }) => {
      const copy = copies.at(-1)
      return copy ? [[_id, { state, ...copy }] as const] : []
    }),
  )
}

/** Adds credentials in one write; one that is there already stays as it is. Gives back the ids of the new ones. */
export async function insertCredentials(credentials: readonly Credential[]): Promise<Set<string>> {
  const rows = credentials.map(({ id, ...rest }) => ({
    _id: id,
    ...rest,
    copyCount: rest.copies.length,
    signedAt: rest.copies.at(-1)?.signedAt,
    due: [],
    outbox: [],
  }))
  const ids = credentials.map(({ id }) => id)
  if (rows.length === 0) return new Set()
  try {
    await Credentials.insertMany(rows as unknown as Row[], {
      ordered: false,
      lean: true,
      throwOnValidationError: true,
    })
    return new Set(ids)
  } catch (error) {
    const known = duplicatesIn(error)
    return new Set(ids.filter((_, at) => !known.has(at)))
  }
}

/** A change of one credential from what was read: a new state, copies that end, a copy that begins. */
export interface CredentialChange {
  readonly from: Credential
  readonly state: CredentialState
  /** Why the copies that counted end; undefined leaves them. */
  readonly ending?: CopyWithdrawal
  readonly added?: { readonly copy: Copy; readonly identityHash?: string | undefined }
  readonly outbox?: readonly OutboxEntry[]
}

/** Writes a change, once: false when the credential is no longer as it was read. The bits it ends are due from then on. */
export async function saveChange(change: CredentialChange): Promise<boolean> {
  const { from, state, ending, added, outbox = [] } = change
  const ended = ending ? countingCopies(from) : []
  const copies = from.copies.map((copy) =>
    ending && ended.includes(copy) ? { ...copy, withdrawn: ending } : copy,
  )
  const due = ended.map(({ statusList, statusIndex }) => ({ list: statusList, index: statusIndex }))
  const done = await Credentials.updateOne(
    { _id: from.id, state: from.state, copyCount: from.copies.length },
    {
      $set: {
        state,
        copies: added ? [...copies, added.copy] : copies,
        copyCount: copies.length + (added ? 1 : 0),
        ...(added && { signedAt: added.copy.signedAt }),
        ...(added?.identityHash !== undefined && { identityHash: added.identityHash }),
      },
      $push: { due: { $each: due }, outbox: { $each: [...outbox] } },
    },
  )
  return done.modifiedCount === 1
}

/** Credentials whose copies ended while the bits are not set yet; at most `limit`. */
export async function credentialsWithDueBits(
  limit: number,
): Promise<{ readonly id: string; readonly due: readonly DueBit[] }[]> {
  const rows = await Credentials.find({ 'due.list': { $exists: true } }, { due: 1 })
    .limit(limit)
    .lean<Pick<Row, '_id' | 'due'>[]>()
  return rows.map(({ _id, due }) => ({ id: _id, due }))
}

/** Takes bits out of what is due once their list has them. */
export async function bitsAreSet(
  id: string,
  list: string,
  indices: readonly number[],
): Promise<void> {
  await Credentials.updateOne(
    { _id: id },
    { $pull: { due: { list, index: { $in: [...indices] } } } },
  )
}

/** A line of a list: a credential without what was signed. */
export interface CredentialLine {
  readonly id: string
  readonly learnerId: string
  readonly badge: string
  readonly state: CredentialState
  readonly signedAt: Date
  readonly copyCount: number
  /** Why the latest copy no longer counts. */
  readonly reason?: string
}

export interface CredentialFilter {
  readonly communityId: string
  readonly badge?: string | undefined
  readonly state?: CredentialState | undefined
}

const lineFields = {
  learnerId: 1,
  badge: 1,
  state: 1,
  signedAt: 1,
  copyCount: 1,
  'copies.withdrawn': 1,
} as const

const toLine = (row: Row): CredentialLine => {
  const { _id, learnerId, badge, state, signedAt, copyCount, copies } = row
  const reason = copies.at(-1)?.withdrawn?.reason
  return {
    id: _id,
    learnerId,
    badge,
    state,
    signedAt,
    copyCount,
    ...(reason !== undefined && { reason }),
  }
}

/** One page of a community's credentials, the latest signed first. */
export async function findCredentialPage(
  { communityId, badge, state }: CredentialFilter,
  limit: number,
  after?: { readonly createdAt: Date; readonly id: string },
): Promise<CredentialLine[]> {
  const rows = await Credentials.find(
    {
      communityId,
      ...(badge !== undefined && { badge }),
      ...(state !== undefined && { state }),
      ...(after && {
        $and: [
          { signedAt: { $lte: after.createdAt } },
          { $or: [{ signedAt: { $lt: after.createdAt } }, { _id: { $lt: after.id } }] },
        ],
      }),
    },
    lineFields,
  )
    .sort({ signedAt: -1, _id: -1 })
    .limit(limit)
    .lean<Row[]>()
  return rows.map(toLine)
}

/** The lines of these credentials, those of the community only, in no order. */
export async function findCredentialLines(
  communityId: string,
  ids: readonly string[],
): Promise<CredentialLine[]> {
  const rows = await Credentials.find({ _id: { $in: [...ids] }, communityId }, lineFields).lean<
    Row[]
  >()
  return rows.map(toLine)
}
