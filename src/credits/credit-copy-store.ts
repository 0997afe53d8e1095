import mongoose from 'mongoose'
import { isCurrent, type CreditCopy } from './credit-copy.js'

const text = { type: String, required: true } as const
const number = { type: Number, required: true } as const

/** One signed copy of a claim's credit, kept within the claim so that both change together. */
export const creditCopySchema = new mongoose.Schema<CreditCopy>(
  {
    number,
    credits: number,
    signedAt: { type: Date, required: true },
    issuerId: text,
    signedFor: String,
    statusList: text,
    statusIndex: number,
    embedded: text,
    jws: text,
    revokedAt: Date,
  },
  { _id: false, strict: 'throw' },
)

interface WithCopies {
  readonly _id: string
  readonly revision: number
  readonly granted?: number
  readonly signed?: readonly CreditCopy[]
  readonly revokes?: true
}

const claims = () => mongoose.model<WithCopies>('Claim')

/** What was signed of a claim's credit, latest last. */
export async function copiesOf(claimId: string): Promise<readonly CreditCopy[]> {
  const row = await claims().findById(claimId, { signed: 1 }).lean<WithCopies>()
  return row?.signed ?? []
}

/** Adds a copy, if the claim is still at the revision it was signed for and nobody else signed; false otherwise. */
export async function addCopy(
  { id, revision }: { readonly id: string; readonly revision: number },
  copy: CreditCopy,
): Promise<boolean> {
  const done = await claims().updateOne(
    { _id: id, revision, 'signed.number': { $ne: copy.number } },
    { $push: { signed: copy } },
  )
  return done.modifiedCount === 1
}

/** A claim with the copies of an amount that no longer stands. */
export interface StaleCopies {
  readonly id: string
  readonly revision: number
  readonly stale: readonly CreditCopy[]
  readonly all: readonly CreditCopy[]
}

/** Claims whose amount changed after it was signed, at most `limit`. */
export async function claimsWithStaleCopies(limit: number): Promise<StaleCopies[]> {
  const rows = await claims()
    .find({ revokes: true }, { revision: 1, granted: 1, signed: 1 })
    .limit(limit)
    .lean<WithCopies[]>()
  return rows.map(({ _id, revision, granted, signed = [] }) => ({
    id: _id,
    revision,
    stale: signed.filter((copy) => copy.revokedAt === undefined && !isCurrent(copy, granted)),
    all: signed,
  }))
}

/** Notes that the stale copies' bits are set; does nothing when the claim changed meanwhile: the next turn looks again. */
export async function markRevoked(
  { id, revision, stale, all }: StaleCopies,
  at: Date,
): Promise<void> {
  const signed = all.map((copy) => (stale.includes(copy) ? { ...copy, revokedAt: at } : copy))
  await claims().updateOne(
    { _id: id, revision, signed: { $size: all.length } },
    { $set: { signed }, $unset: { revokes: 1 } },
  )
}
