import mongoose, { Schema } from 'mongoose'
import { duplicatesIn } from '../duplicate-keys.js'
import {
  evidenceKinds,
  evidenceLevels,
  evidenceSources,
  isAtLeast,
  type Evidence,
  type EvidenceLevel,
  type Fact,
} from './evidence.js'

type Row = Omit<Evidence, 'id'> & { readonly _id: string }

const text = { type: String, required: true } as const

const schema = new Schema<Row>(
  {
    _id: text,
    learnerId: text,
    communityId: text,
    provider: text,
    providerName: String,
    kind: { ...text, enum: evidenceKinds },
    item: text,
    title: text,
    courseSlug: String,
    courseTitle: String,
    earnedOn: text,
    level: { ...text, enum: evidenceLevels },
    source: { ...text, enum: evidenceSources },
    origin: text,
    score: Number,
    attestedBy: String,
    importId: String,
    importRow: Number,
    heldFor: String,
    url: String,
    recordedAt: { type: Date, required: true },
    withdrawnAt: Date,
  },
  { collection: 'evidence', strict: 'throw', versionKey: false },
)
schema.index({ learnerId: 1 })
schema.index(
  { importId: 1, learnerId: 1 },
  { partialFilterExpression: { importId: { $exists: true } } },
)

const EvidenceRow = mongoose.model<Row>('Evidence', schema)

const toEvidence = ({ _id, ...rest }: Row): Evidence => ({ id: _id, ...rest })
const toRow = ({ id, ...rest }: Evidence): Row => ({ _id: id, ...rest })

const factFields = {
  learnerId: 1,
  provider: 1,
  providerName: 1,
  kind: 1,
  item: 1,
  title: 1,
  courseSlug: 1,
  earnedOn: 1,
  level: 1,
  score: 1,
} as const

const toFact = ({
  _id,
  provider,
  providerName,
  kind,
  item,
  title,
  courseSlug,
  earnedOn,
  level,
  score,
}: Row) => ({
  id: _id,
  provider,
  kind,
  item,
  title,
  earnedOn,
  level,
  ...(providerName === undefined ? {} : { providerName }),
  ...(courseSlug === undefined ? {} : { courseSlug }),
  ...(score === undefined ? {} : { score }),
})

/**
 * Records facts in one write. What is there already (same id, also twice in this batch) stays as it was first recorded
 * and is counted as already known.
 */
export async function recordFacts(
  facts: readonly Evidence[],
): Promise<{ recorded: Evidence[]; alreadyKnown: number }> {
  if (facts.length === 0) return { recorded: [], alreadyKnown: 0 }
  try {
    await EvidenceRow.insertMany(facts.map(toRow), {
      ordered: false,
      lean: true,
      throwOnValidationError: true,
    })
    return { recorded: [...facts], alreadyKnown: 0 }
  } catch (error) {
    const known = duplicatesIn(error)
    return {
      recorded: facts.filter((_, index) => !known.has(index)),
      alreadyKnown: known.size,
    }
  }
}

/**
 * Raises evidence that was recorded as weaker, or withdrawn since, to this level, once; what is as strong already stays.
 * Tells how many rose.
 */
export async function raiseFacts(
  ids: readonly string[],
  level: EvidenceLevel,
  importId?: string,
): Promise<number> {
  const weaker = evidenceLevels.filter((one) => !isAtLeast(one, level))
  const { modifiedCount } = await EvidenceRow.updateMany(
    { _id: { $in: [...ids] }, $or: [{ level: { $in: weaker } }, { withdrawnAt: { $ne: null } }] },
    { $set: { level, ...(importId !== undefined && { importId }) }, $unset: { withdrawnAt: 1 } },
  )
  return modifiedCount
}

/** Which of these facts are signature-verified, withdrawn ones included. */
export async function verifiedAmong(ids: readonly string[]): Promise<Set<string>> {
  const rows = await EvidenceRow.find(
    { _id: { $in: [...ids] }, level: 'signature-verified' },
    { _id: 1 },
  ).lean<Pick<Row, '_id'>[]>()
  return new Set(rows.map(({ _id }) => _id))
}

/** Which of these ids are recorded already, and by which row of which import. */
export async function findRecorded(
  ids: readonly string[],
): Promise<Map<string, Pick<Evidence, 'importId' | 'importRow'>>> {
  const fields = { importId: 1, importRow: 1 } as const
  const rows = await EvidenceRow.find({ _id: { $in: [...ids] } }, fields).lean<Row[]>()
  return new Map(rows.map((row) => [row._id, row]))
}

const counting = { heldFor: null, withdrawnAt: null } as const

/** The facts of one learner that count: not those held until a profile is confirmed, nor those their issuer withdrew. */
export async function factsOf(learnerId: string): Promise<Fact[]> {
  const rows = await EvidenceRow.find({ learnerId, ...counting }, factFields).lean<Row[]>()
  return rows.map(toFact)
}

/** The facts of one learner that their issuer has withdrawn: brought badges that count no more. */
export async function withdrawnFactsOf(learnerId: string): Promise<Fact[]> {
  const rows = await EvidenceRow.find({ learnerId, withdrawnAt: { $ne: null } }, factFields).lean<
    Row[]
  >()
  return rows.map(toFact)
}

/** A fact stops counting since its issuer withdrew it; without a time it counts again. */
export async function markFactWithdrawn(id: string, at: Date | undefined): Promise<void> {
  await EvidenceRow.updateOne(
    { _id: id },
    at ? { $set: { withdrawnAt: at } } : { $unset: { withdrawnAt: 1 } },
  )
}

/** The facts that count, by learner; a learner without any has an empty list. One query. */
export async function factsOfMany(learnerIds: readonly string[]): Promise<Map<string, Fact[]>> {
  const facts = new Map<string, Fact[]>(learnerIds.map((id) => [id, []]))
  const rows = await EvidenceRow.find(
    { learnerId: { $in: [...facts.keys()] }, ...counting },
    factFields,
  ).lean<Row[]>()
  for (const row of rows) facts.get(row.learnerId)?.push(toFact(row))
  return facts
}

/** Everything recorded about one learner with its provenance, held evidence included; latest earned first. */
export async function evidenceOfLearner(learnerId: string): Promise<Evidence[]> {
  const rows = await EvidenceRow.find({ learnerId }).lean<Row[]>()
  return rows
    .map(toEvidence)
    .sort((a, b) => b.earnedOn.localeCompare(a.earnedOn) || a.id.localeCompare(b.id))
}

/** Lets evidence held for that profile count from now on; tells how many facts that freed. */
export async function releaseHeld(
  learnerId: string,
  provider: string,
  heldFor: string,
): Promise<number> {
  const { modifiedCount } = await EvidenceRow.updateMany(
    { learnerId, provider, heldFor },
    { $unset: { heldFor: 1 } },
  )
  return modifiedCount
}

const rowsOfImport = 5_000

/** The next learners, in the order of their ids, about whom an import recorded something; at most `limit`. */
export async function learnersOfImport(
  importId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await EvidenceRow.find(
    { importId, learnerId: { $gt: after } },
    { _id: 0, learnerId: 1 },
  )
    .sort({ learnerId: 1 })
    .limit(rowsOfImport)
    .lean<Pick<Row, 'learnerId'>[]>()
  return [...new Set(rows.map(({ learnerId }) => learnerId))].slice(0, limit)
}
